import { cancellableShape, durationSchema, formatSlurmTime, memorySizeSchema, type DurationInput, type MemorySizeInput } from "@hpckit/core";
import { z } from "zod";
import { formatMoment, momentSchema, type MomentInput } from "../spec/moment.js";
import { hostsSchema, type HostsInput } from "../spec/hosts.js";
import { dependencySchema, formatDependency, type DependencyInput } from "../spec/dependency.js";

/**
 * What the owner of a job may change. Most of it while the job waits; while it runs only its time limit (downwards), `nice`,
 * `name`, `comment` and `requeue`. `null` takes a thing away.
 * @see scontrol(1), SPECIFICATIONS FOR UPDATE COMMAND, JOBS; tried as an ordinary user on 22.05.8, 24.11.5 and 26.05.5
 */
export interface JobUpdate {
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
  /** Of an array as a whole: how many tasks may run at once; 0 for any number. */
  readonly atOnce?: number | undefined;
}

/** One word of `scontrol update`, and of REST a field likewise. */
export interface JobChange {
  readonly name: string;
  readonly value: string;
}

const word = z.string().regex(/^[^\s=\p{Cc}]+$/u, { error: "one word" });
const words = z.array(word.refine((one) => !one.includes(","), { error: "one in each item of the list" })).min(1).nullable();
const text = z.string().regex(/^[^\p{Cc}]*$/u, { error: "one line of text" });
const count = z.int().positive();

export const jobUpdateSchema = z
  .strictObject({
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
    licenses: words.optional(),
    nodelist: hostsSchema.nullable().optional(),
    exclude: hostsSchema.nullable().optional(),
    name: text.min(1).optional(),
    comment: text.nullable().optional(),
    requeue: z.boolean().optional(),
    atOnce: z.int().nonnegative().optional(),
    ...cancellableShape,
  })
  .refine(({ memory, memoryPerCpu }) => memory === undefined || memoryPerCpu === undefined, { error: "memory or memoryPerCpu, not both" });

type CheckedUpdate = z.output<typeof jobUpdateSchema>;

/** Megabytes, which is what scontrol reads: it knows units from 24.11 on only. */
const megabytes = (size: { readonly bytes: number }): string => String(Math.ceil(size.bytes / 1024 ** 2));
const list = (items: readonly string[] | null): string => (items ?? []).join(",");

/** Each change as scontrol names it. Pure. */
const renderers: { readonly [Key in Exclude<keyof CheckedUpdate, "signal">]-?: readonly [name: string, render: (value: NonNullable<CheckedUpdate[Key]> | null) => string] } = {
  time: ["TimeLimit", (value) => (value === null ? "" : formatSlurmTime(value))],
  partition: ["Partition", String],
  qos: ["QOS", String],
  account: ["Account", String],
  reservation: ["ReservationName", (value) => value ?? ""],
  nice: ["Nice", String],
  priority: ["Priority", String],
  nodes: ["NumNodes", (value) => (typeof value === "object" && value !== null ? `${value.min}-${value.max}` : String(value))],
  cpusPerTask: ["CPUsPerTask", String],
  ntasks: ["NumTasks", String],
  memory: ["MinMemoryNode", (value) => (value === null ? "" : megabytes(value))],
  memoryPerCpu: ["MinMemoryCPU", (value) => (value === null ? "" : megabytes(value))],
  dependency: ["Dependency", (value) => (value === null ? "" : (formatDependency(value) ?? ""))],
  begin: ["StartTime", (value) => (value === null ? "" : formatMoment(value))],
  constraint: ["Features", (value) => value ?? ""],
  licenses: ["Licenses", list],
  nodelist: ["ReqNodeList", (value) => value ?? ""],
  exclude: ["ExcNodeList", (value) => value ?? ""],
  name: ["JobName", String],
  comment: ["Comment", (value) => value ?? ""],
  requeue: ["Requeue", (value) => (value === true ? "1" : "0")],
  atOnce: ["ArrayTaskThrottle", String],
};

/** The words of an update that was checked. */
export function renderChanges(update: CheckedUpdate): readonly JobChange[] {
  return (Object.keys(renderers) as (keyof typeof renderers)[]).flatMap((key) => {
    const value = update[key];
    if (value === undefined) return [];
    const [name, render] = renderers[key] as readonly [string, (given: unknown) => string];
    return [{ name, value: render(value) }];
  });
}
