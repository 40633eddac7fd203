import type { Duration, DurationInput, Launch, MemorySize, MemorySizeInput, Recipe } from "@hpckit/core";
import type { ArrayTasks, ArrayTasksInput } from "./array-tasks.js";
import type { Dependency, DependencyInput } from "./dependency.js";

/** A kind of GPU, as the site calls it, and how many of it on each node. */
export interface GpuRequest {
  readonly type: string;
  readonly count: number;
}

/** From so many nodes to so many. */
export interface NodeRange {
  readonly min: number;
  readonly max: number;
}

/** The fields that a caller writes as they are kept. */
export interface JobSpecFields {
  /** What the job is called in the queue; at most 200 characters. */
  readonly name?: string | undefined;
  /** A comment that others can read in the queue; at most 900 characters. The submission's own mark stands behind it. */
  readonly comment?: string | undefined;
  readonly account?: string | undefined;
  /** One partition, or several with commas between, of which the first that can start it takes it. */
  readonly partition?: string | undefined;
  readonly qos?: string | undefined;
  readonly reservation?: string | undefined;
  /** Nodes. */
  readonly nodes?: number | NodeRange | undefined;
  /** Tasks (processes that `srun` starts), over all nodes. */
  readonly ntasks?: number | undefined;
  readonly ntasksPerNode?: number | undefined;
  readonly cpusPerTask?: number | undefined;
  /** GPUs on each node. */
  readonly gpus?: number | GpuRequest | undefined;
  /** Other generic resources on each node, `name[:type]:count`. */
  readonly gres?: readonly string[] | undefined;
  /** Features that the nodes must have, in Slurm's own syntax, e.g. `icelake&ib`. */
  readonly constraint?: string | undefined;
  /** Licences, `name[:count]`. */
  readonly licenses?: readonly string[] | undefined;
  /** Whether it may be queued again after its node died or it was preempted; by default the site decides. */
  readonly requeue?: boolean | undefined;
  /** How far it steps back behind others; negative for operators only. */
  readonly nice?: number | undefined;
  /**
   * Absolute folder in which the script starts; by default where commands of the login start (home). It must exist when the job is
   * submitted: Slurm would accept the job and run it in /tmp.
   */
  readonly workFolder?: string | undefined;
  /**
   * File for stdout, and for stderr too unless `error` is given; `slurm-%j.out` by default (`slurm-%A_%a.out` for arrays). Relative to
   * `workFolder`; its folder must exist. `%` patterns as in sbatch(1).
   */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  /** Options of sbatch that have no field here, each as one word such as `--hint=nomultithread`. Nothing is checked about them. */
  readonly extraArguments?: readonly string[] | undefined;
}

/** What a batch job asks for, and how its command runs. */
export interface JobSpecInput extends JobSpecFields {
  /** How the command runs, on the first node of the job. */
  readonly launch: Recipe | Launch;
  /** Time limit; Slurm rounds up to whole minutes. By default the partition's. Zero is refused: Slurm takes it for unlimited. */
  readonly time?: DurationInput | undefined;
  /** Memory on each node. Zero is refused: Slurm takes it for all of it. */
  readonly memory?: MemorySizeInput | undefined;
  /** Memory for each CPU, instead of `memory`. */
  readonly memoryPerCpu?: MemorySizeInput | undefined;
  /** What must have happened before it may start. */
  readonly dependency?: DependencyInput | undefined;
  /** Runs the script once for each index, told by `$SLURM_ARRAY_TASK_ID`. */
  readonly array?: ArrayTasksInput | undefined;
}

/** A {@link JobSpecInput} that has been checked. */
export interface JobSpec extends JobSpecFields {
  readonly launch: Recipe | Launch;
  readonly time?: Duration | undefined;
  readonly memory?: MemorySize | undefined;
  readonly memoryPerCpu?: MemorySize | undefined;
  readonly dependency?: Dependency | undefined;
  readonly array?: ArrayTasks | undefined;
}
