import { nodeCountSchema, type NodeCount } from "../node-count.js";
import { count, flag } from "../plain-values.js";
import { tresSchema, type TresRequest, type TresRequestInput } from "../trackable-resources.js";
import type { Checked, Shape } from "./shape.js";

/** Nodes, tasks, and the CPUs of each. */
export interface TaskFieldsInput {
  /** Nodes: so many, from so many to so many, or any one of several numbers (since Slurm 23.02). */
  readonly nodes?: NodeCount | undefined;
  /** Nodes are not more than needed. */
  readonly useMinNodes?: true | undefined;
  /** Tasks (processes that `srun` starts), over all nodes. */
  readonly ntasks?: number | undefined;
  /** Beside `ntasks`, the most on a node. */
  readonly ntasksPerNode?: number | undefined;
  readonly ntasksPerSocket?: number | undefined;
  readonly ntasksPerCore?: number | undefined;
  readonly ntasksPerGpu?: number | undefined;
  readonly cpusPerTask?: number | undefined;
  /** CPUs for each GPU, instead of `cpusPerTask`. */
  readonly cpusPerGpu?: number | undefined;
  /** CPUs that a node has at least. */
  readonly minCpusPerNode?: number | undefined;
  /** Tasks share CPUs: as many are allocated as for one task on each node. */
  readonly overcommit?: true | undefined;
  /** What each task gets, `cpu=2,gres/gpu:a100=1` or a list. Since Slurm 23.02. */
  readonly tresPerTask?: TresRequestInput | undefined;
}

/** {@link TaskFieldsInput} with resources as a list. */
export type TaskFields = Checked<TaskFieldsInput, { tresPerTask: readonly TresRequest[] }>;

export const taskShape: Shape<TaskFields, TaskFieldsInput> = {
  nodes: nodeCountSchema.optional(),
  useMinNodes: flag.optional(),
  ntasks: count.optional(),
  ntasksPerNode: count.optional(),
  ntasksPerSocket: count.optional(),
  ntasksPerCore: count.optional(),
  ntasksPerGpu: count.optional(),
  cpusPerTask: count.optional(),
  cpusPerGpu: count.optional(),
  minCpusPerNode: count.optional(),
  overcommit: flag.optional(),
  tresPerTask: tresSchema.optional(),
};
