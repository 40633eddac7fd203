import { cancellableShape, durationSchema, memorySizeSchema, type DurationInput, type MemorySizeInput } from "@hpckit/core";
import { z } from "zod";
import { dependencySchema, type DependencyInput } from "../spec/dependency.js";
import { fileShape } from "../spec/fields/file-fields.js";
import { gpuShape } from "../spec/fields/gpu-fields.js";
import { identityShape } from "../spec/fields/identity-fields.js";
import { memoryShape } from "../spec/fields/memory-fields.js";
import { noticeShape, type MailType } from "../spec/fields/notice-fields.js";
import { placementShape, type SwitchesInput } from "../spec/fields/placement-fields.js";
import { processorShape } from "../spec/fields/processor-fields.js";
import { scheduleShape } from "../spec/fields/schedule-fields.js";
import { taskShape } from "../spec/fields/task-fields.js";
import { timeShape } from "../spec/fields/time-fields.js";
import { hostsSchema, type HostsInput } from "../spec/hosts.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import { momentSchema, type MomentInput } from "../spec/moment.js";
import { count } from "../spec/plain-values.js";
import { extraChangeProblem } from "./extra-change.js";

/**
 * What the owner of a job may change. Most of it while the job waits; while it runs only its time limit (downwards), `nice`,
 * `name`, `comment`, `requeue`, `mailTypes`, `mailUser` and `extra`. `null` takes a thing away; GPUs and other GRES can be more or fewer,
 * and not be taken away.
 * @see scontrol(1), SPECIFICATIONS FOR UPDATE COMMAND, JOBS; tried as an ordinary user on 22.05.8, 24.11.5 and 26.05.5
 */
export interface JobUpdate
  extends Pick<
    JobSpecInput,
    | "timeMin"
    | "gpus"
    | "gpusPerNode"
    | "gpusPerTask"
    | "gres"
    | "gpuFrequency"
    | "cpusPerGpu"
    | "minCpusPerNode"
    | "memoryPerGpu"
    | "temporaryDisk"
    | "socketsPerNode"
    | "coresPerSocket"
    | "threadsPerCore"
    | "delayBoot"
    | "workFolder"
    | "wckey"
    | "extra"
  > {
  /** Up to the partition's limit while it waits. Of a running job only less, and never more again: that is an operator's right. */
  readonly time?: DurationInput | undefined;
  /** One, or several with commas between. */
  readonly partition?: string | undefined;
  readonly qos?: string | undefined;
  readonly account?: string | undefined;
  readonly reservation?: string | null | undefined;
  /** How far it steps back behind others; not below 0, which only operators may ask for. */
  readonly nice?: number | undefined;
  /** Only where the site sorts jobs by `priority/basic`, and only downwards; elsewhere Slurm refuses it, and `nice` is the way. */
  readonly priority?: number | undefined;
  readonly nodes?: number | { readonly min: number; readonly max: number } | undefined;
  readonly cpusPerTask?: number | undefined;
  readonly ntasks?: number | undefined;
  /** On each node. */
  readonly memory?: MemorySizeInput | undefined;
  readonly memoryPerCpu?: MemorySizeInput | undefined;
  readonly dependency?: DependencyInput | null | undefined;
  /** When it may start at the earliest: at a moment, after a time from now on, or `{ in: "0s" }` for at once. */
  readonly begin?: MomentInput | undefined;
  /** Features that the nodes must have, e.g. `icelake&ib`. */
  readonly constraint?: string | null | undefined;
  /** Features that nodes should have, if that is possible. */
  readonly prefer?: string | null | undefined;
  readonly switches?: SwitchesInput | null | undefined;
  /** Licences, `name[:count]`. */
  readonly licenses?: readonly string[] | null | undefined;
  /** Nodes that must be among its own. */
  readonly nodelist?: HostsInput | null | undefined;
  /** Nodes that must not. */
  readonly exclude?: HostsInput | null | undefined;
  readonly name?: string | undefined;
  /** The submission's own mark stays behind it. */
  readonly comment?: string | null | undefined;
  /** Whether it may be queued again. */
  readonly requeue?: boolean | undefined;
  /** Of what Slurm sends mail. */
  readonly mailTypes?: readonly MailType[] | null | undefined;
  /** An address, or a user; `null` for the job's owner. */
  readonly mailUser?: string | null | undefined;
  /** Of an array as a whole: how many tasks may run at once; 0 for any number. */
  readonly atOnce?: number | undefined;
  /**
   * Words of `scontrol update` that have no field here (an operator's, those of a newer Slurm), by name: `{ EndTime: "now+1hour" }`.
   * Nothing is checked about them but that scontrol does not take them for another job's, or for what the client relies on.
   */
  readonly extraChanges?: Readonly<Record<string, string>> | undefined;
}

const word = z.string().regex(/^[^\s=\p{Cc}]+$/u, { error: "one word" });
const words = z.array(word.refine((one) => !one.includes(","), { error: "one in each item of the list" })).min(1).nullable();
const text = z.string().regex(/^[^\p{Cc}]*$/u, { error: "one line of text" });
const extraName = z.string().superRefine((name, context) => {
  const message = extraChangeProblem(name);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

export const jobUpdateSchema = z
  .strictObject({
    timeMin: timeShape.timeMin,
    gpus: gpuShape.gpus,
    gpusPerNode: gpuShape.gpusPerNode,
    gpusPerTask: gpuShape.gpusPerTask,
    gres: gpuShape.gres,
    gpuFrequency: gpuShape.gpuFrequency,
    cpusPerGpu: taskShape.cpusPerGpu,
    minCpusPerNode: taskShape.minCpusPerNode,
    memoryPerGpu: memoryShape.memoryPerGpu,
    temporaryDisk: memoryShape.temporaryDisk,
    socketsPerNode: processorShape.socketsPerNode,
    coresPerSocket: processorShape.coresPerSocket,
    threadsPerCore: processorShape.threadsPerCore,
    delayBoot: scheduleShape.delayBoot,
    workFolder: fileShape.workFolder,
    wckey: identityShape.wckey,
    extra: identityShape.extra,
    time: durationSchema.refine(({ seconds }) => seconds > 0, { error: "more than nothing: Slurm takes 0 for unlimited" }).optional(),
    partition: word.optional(),
    qos: word.optional(),
    account: word.optional(),
    reservation: word.nullable().optional(),
    nice: z.int().min(0, { error: "not below 0: that is an operator's right" }).max(2_147_483_645).optional(),
    priority: z.int().min(1, { error: "at least 1: hold() is what keeps a job waiting" }).optional(),
    nodes: z.union([count, z.strictObject({ min: count, max: count }).refine(({ min, max }) => min <= max, { error: "min is more than max" })]).optional(),
    cpusPerTask: count.optional(),
    ntasks: count.optional(),
    memory: memorySizeSchema.refine(({ bytes }) => bytes > 0, { error: "more than nothing: Slurm takes 0 for all of a node" }).optional(),
    memoryPerCpu: memorySizeSchema.refine(({ bytes }) => bytes > 0, { error: "more than nothing" }).optional(),
    dependency: dependencySchema.nullable().optional(),
    begin: momentSchema.optional(),
    constraint: word.nullable().optional(),
    prefer: placementShape.prefer.nullable(),
    switches: placementShape.switches.nullable(),
    licenses: words.optional(),
    nodelist: hostsSchema.nullable().optional(),
    exclude: hostsSchema.nullable().optional(),
    name: text.min(1).optional(),
    comment: text.nullable().optional(),
    requeue: z.boolean().optional(),
    mailTypes: noticeShape.mailTypes.nullable(),
    mailUser: noticeShape.mailUser.nullable(),
    atOnce: z.int().nonnegative().optional(),
    extraChanges: z.record(extraName, text).optional(),
    ...cancellableShape,
  })
  .refine(({ memory, memoryPerCpu, memoryPerGpu }) => [memory, memoryPerCpu, memoryPerGpu].filter((one) => one !== undefined).length <= 1, { error: "memory, memoryPerCpu or memoryPerGpu, one of them" })
  .refine(({ gres, gpusPerNode }) => gres === undefined || gpusPerNode === undefined, { error: "gres or gpusPerNode, not both: to scontrol they are one list, so name all in gres" });

/** A {@link JobUpdate} that has been checked. */
export type CheckedUpdate = Omit<z.output<typeof jobUpdateSchema>, "signal">;
