import { durationSchema, memorySizeSchema, type DurationInput, type MemorySizeInput } from "@hpckit/core";
import { z } from "zod";
import { gresBindingSchema, memoryBindingSchema, type GresBinding, type MemoryBinding } from "../spec/binding.js";
import { distributionSchema, type Distribution } from "../spec/distribution.js";

/** CPUs that tasks are bound to: a whole unit each, or the ones of a list in turn. */
export type CpuBinding = "none" | "cores" | "threads" | "sockets" | "ldoms" | { readonly map: readonly number[] } | { readonly masks: readonly string[] };

/** How `srun` starts the tasks of a step. What is left out is the job's. */
export interface StepOptions {
  /** What the step is called in accounting; by default its program. */
  readonly name?: string | undefined;
  /** Tasks over all nodes. */
  readonly ntasks?: number | undefined;
  readonly nodes?: number | undefined;
  readonly ntasksPerNode?: number | undefined;
  /** By default what the job asked for; since 22.05 srun no longer takes that over by itself. */
  readonly cpusPerTask?: number | undefined;
  /** Memory on each node. */
  readonly memory?: MemorySizeInput | undefined;
  /** Memory for each CPU, instead of `memory`. */
  readonly memoryPerCpu?: MemorySizeInput | undefined;
  readonly gpusPerTask?: number | undefined;
  /** Generic resources on each node, `name[:type]:count`; `none` for none of them. */
  readonly gres?: readonly string[] | "none" | undefined;
  /** Resources of each task, `name[:type]:count` or `cpu:count`. Slurm 23.02 and later. */
  readonly tresPerTask?: readonly string[] | undefined;
  /** On these nodes of the job alone. */
  readonly nodeList?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly cpuBind?: CpuBinding | undefined;
  readonly memoryBind?: MemoryBinding | undefined;
  readonly gpuBind?: GresBinding | undefined;
  readonly hint?: "compute_bound" | "memory_bound" | "multithread" | "nomultithread" | undefined;
  readonly distribution?: Distribution | undefined;
  /** How MPI processes find each other, e.g. `pmix`; a submission checks that the cluster has it. */
  readonly mpi?: string | undefined;
  /** Take only what is asked for here, and leave the rest to other steps that run beside. */
  readonly exact?: boolean | undefined;
  /** Share CPUs and memory with other steps that run beside, instead of waiting for them. */
  readonly overlap?: boolean | undefined;
  /** Components of a heterogeneous job that take part, from 0; by default the first alone. */
  readonly hetGroups?: readonly number[] | undefined;
  /** Time limit of the step; Slurm rounds up to whole minutes. */
  readonly time?: DurationInput | undefined;
  /** Files of tasks, with srun's `%` patterns: `out-%t` is one for each task. By default all goes to the job's log. */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  /** Where tasks read: a file, `none` for no input, or what srun itself reads, given to one task or to `all` (default). */
  readonly input?: string | { readonly task: number } | undefined;
  /** Begin each line of output with the number of its task. */
  readonly label?: boolean | undefined;
  /** Hand on output as it comes, instead of line by line. */
  readonly unbuffered?: boolean | undefined;
  /** End all tasks as soon as one ends with another exit code than 0; by default the site decides. */
  readonly killOnBadExit?: boolean | undefined;
  /** How many seconds other tasks may go on after the first has ended; 0 for no limit. By default the site decides. */
  readonly waitSeconds?: number | undefined;
  /** End all tasks of the step when one is killed for its memory. Slurm 24.11 and later. */
  readonly oomKillStep?: boolean | undefined;
  /** Options of srun that have no field here, each as one word. Nothing is checked about them. */
  readonly extraArguments?: readonly string[] | undefined;
}

const count = z.int({ error: "a whole number" }).positive({ error: "at least 1" });
const index = z.int({ error: "a whole number" }).nonnegative({ error: "counted from 0" });
/** One entry of a list that Slurm separates with commas. */
const listed = z.string().regex(/^[^,\s\p{Cc}]+$/u, { error: "no comma and no blank: one entry of the list is one word" });
const resource = listed.regex(/^[^:=]+(?::[^:]+){0,2}$/, { error: "name[:type][:count]" });
const file = z.string().regex(/^[^\p{Cc}]+$/u, { error: "no line breaks or other control characters" });
const map = z.strictObject({ map: z.array(index).min(1) });

export const stepShape = {
  name: file.optional(),
  ntasks: count.optional(),
  nodes: count.optional(),
  ntasksPerNode: count.optional(),
  cpusPerTask: count.optional(),
  memory: memorySizeSchema.optional(),
  memoryPerCpu: memorySizeSchema.optional(),
  gpusPerTask: count.optional(),
  gres: z.union([z.literal("none"), z.array(resource).min(1)]).optional(),
  tresPerTask: z.array(resource).min(1).optional(),
  nodeList: z.array(listed).min(1).optional(),
  exclude: z.array(listed).min(1).optional(),
  cpuBind: z.union([z.enum(["none", "cores", "threads", "sockets", "ldoms"]), map, z.strictObject({ masks: z.array(z.string().regex(/^0x[\da-f]+$/i, { error: "a hexadecimal mask, e.g. 0x3" })).min(1) })]).optional(),
  memoryBind: memoryBindingSchema.optional(),
  gpuBind: gresBindingSchema.optional(),
  hint: z.enum(["compute_bound", "memory_bound", "multithread", "nomultithread"]).optional(),
  distribution: distributionSchema.optional(),
  mpi: z.string().regex(/^[\w-]+$/, { error: "the name of an MPI type" }).optional(),
  exact: z.boolean().optional(),
  overlap: z.boolean().optional(),
  hetGroups: z.array(index).min(1).optional(),
  time: durationSchema.refine(({ seconds }) => seconds > 0, { error: 'Slurm takes 0 for unlimited: say how long, or "unlimited"' }).optional(),
  output: file.optional(),
  error: file.optional(),
  input: z.union([file, z.strictObject({ task: index })]).optional(),
  label: z.boolean().optional(),
  unbuffered: z.boolean().optional(),
  killOnBadExit: z.boolean().optional(),
  waitSeconds: index.optional(),
  oomKillStep: z.boolean().optional(),
  extraArguments: z.array(z.string().regex(/^--[a-z][^\0]*$/, { error: 'write "--name=value" or "--name"' })).optional(),
};

/** Options that have been checked. */
export type CheckedStepOptions = z.output<z.ZodObject<typeof stepShape>>;

const memoryOnce = { path: ["memoryPerCpu"], error: "memory is given too: one of the two" };

/** Checks the options of a step. */
export const stepOptionsSchema: z.ZodType<CheckedStepOptions, StepOptions> = z
  .strictObject(stepShape)
  .refine((step) => step.memory === undefined || step.memoryPerCpu === undefined, memoryOnce);
