import { durationSchema, type DurationInput, type MemorySizeInput } from "@hpckit/core";
import { z } from "zod";
import { gresBindingSchema, memoryBindingSchema, type GresBinding, type MemoryBinding } from "../spec/binding.js";
import { distributionSchema, type Distribution } from "../spec/distribution.js";
import { gpuRequestSchema, gresSchema, type GpuRequestInput, type GresRequestInput } from "../spec/generic-resources.js";
import { hostsSchema, type HostsInput } from "../spec/hosts.js";
import { nodeMemorySchema, someMemory, type NodeMemoryInput } from "../spec/memory.js";
import { count, text } from "../spec/plain-values.js";
import { tresSchema, type TresRequestInput } from "../spec/trackable-resources.js";

/** CPUs that tasks are bound to: a whole unit each, or those of a list in turn. Jobs have no such option, steps do. */
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
  readonly memory?: NodeMemoryInput | undefined;
  /** Memory for each CPU, instead of `memory`. */
  readonly memoryPerCpu?: MemorySizeInput | undefined;
  readonly gpusPerTask?: GpuRequestInput | undefined;
  /** Generic resources on each node; `none` for none of the job's. */
  readonly gres?: readonly GresRequestInput[] | "none" | undefined;
  /** Resources of each task. Since Slurm 23.02. */
  readonly tresPerTask?: TresRequestInput | undefined;
  /** On these nodes of the job alone. */
  readonly nodelist?: HostsInput | undefined;
  readonly exclude?: HostsInput | undefined;
  readonly cpuBinding?: CpuBinding | undefined;
  readonly memoryBinding?: MemoryBinding | undefined;
  readonly gpuBinding?: GresBinding | undefined;
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
  /** End all tasks of the step when one is killed for its memory. Since Slurm 24.11. */
  readonly oomKillStep?: boolean | undefined;
  /** Options of srun that have no field here, each as one word. Nothing is checked about them. */
  readonly extraArguments?: readonly string[] | undefined;
}

const index = z.int({ error: "a whole number" }).nonnegative({ error: "counted from 0" });

const cpuBinding = z.union(
  [
    z.enum(["none", "cores", "threads", "sockets", "ldoms"]),
    z.strictObject({ map: z.array(index).min(1) }),
    z.strictObject({ masks: z.array(z.string().regex(/^0x[\da-f]+$/i, { error: 'a mask such as "0x3"' })).min(1) }),
  ],
  { error: 'one of "none", "cores", "threads", "sockets", "ldoms", { map } and { masks }' },
);

const stepShape = {
  name: text.optional(),
  ntasks: count.optional(),
  nodes: count.optional(),
  ntasksPerNode: count.optional(),
  cpusPerTask: count.optional(),
  memory: nodeMemorySchema.optional(),
  memoryPerCpu: someMemory.optional(),
  gpusPerTask: gpuRequestSchema.optional(),
  gres: z.union([z.literal("none"), gresSchema]).optional(),
  tresPerTask: tresSchema.optional(),
  nodelist: hostsSchema.optional(),
  exclude: hostsSchema.optional(),
  cpuBinding: cpuBinding.optional(),
  memoryBinding: memoryBindingSchema.optional(),
  gpuBinding: gresBindingSchema.optional(),
  hint: z.enum(["compute_bound", "memory_bound", "multithread", "nomultithread"]).optional(),
  distribution: distributionSchema.optional(),
  mpi: z.string().regex(/^[\w-]+$/, { error: "the name of an MPI type" }).optional(),
  exact: z.boolean().optional(),
  overlap: z.boolean().optional(),
  hetGroups: z.array(index).min(1).optional(),
  time: durationSchema.refine(({ seconds }) => seconds > 0, { error: 'Slurm takes 0 for unlimited: say how long, or "unlimited"' }).optional(),
  output: text.optional(),
  error: text.optional(),
  input: z.union([text, z.strictObject({ task: index })]).optional(),
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
