import type { Cancellable, ExecResult, ExecStream, Launch, Recipe, StreamOptions, Transport } from "@hpckit/core";
import type { Job } from "../job/job.js";
import type { JobReference } from "../job/job-reference.js";
import type { PrepareOptions } from "../slurm/slurm.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { AllocationBroadcastOptions, BroadcastResult } from "../staging/broadcast-options.js";
import type { StepOptions } from "../step/step-options.js";
import type { TaskEnd } from "../step/task-end.js";
import type { TaskLine } from "../step/task-line.js";
import type { NodeTransportOptions } from "./node-transport.js";

/** What an allocation asks for: a job spec without a command. */
export type AllocationSpec = Omit<JobSpecInput, "launch" | "array" | "output" | "error" | "requeue"> & Required<Pick<JobSpecInput, "time">>;

export interface AllocateOptions extends PrepareOptions, LeaseOptions {}

export interface LeaseOptions extends Cancellable {
  /** Seconds after which the allocation ends by itself when its holder is gone (default 300, at least 60). */
  readonly leaseSeconds?: number | undefined;
}

export interface RunStepOptions extends StepOptions, PrepareOptions {
  /** What srun reads, for the tasks; by default nothing. */
  readonly stdin?: StreamOptions["stdin"];
  /** Gets stderr as it comes; the result then has none. */
  readonly onStderr?: StreamOptions["onStderr"];
  /** Milliseconds after which the step is ended. */
  readonly timeoutMs?: number | undefined;
}

export type RunTasksOptions = Omit<RunStepOptions, "label" | "onStderr" | "output" | "error">;

/** How a step ended, and each of its tasks. */
export interface TasksResult extends ExecResult {
  /** Of each task that was launched, in order. */
  readonly tasks: readonly TaskEnd[];
}

/** What tasks print, line by line as it comes. Leaving the loop early ends the step. */
export interface TaskStream extends AsyncIterable<TaskLine> {
  /** `stderr` is what srun said itself of what went wrong. Without a loop a step that prints anything may wait for its reader. */
  readonly result: Promise<TasksResult>;
}

/** A command on nodes of its own. */
export type RunSpec = AllocationSpec & Pick<JobSpecInput, "launch">;

export interface RunOptions extends RunStepOptions, LeaseOptions {}

/** A step that was started on nodes of its own, which are released when it ends. */
export interface RunningStep extends ExecStream {
  readonly job: Job;
}

/**
 * Nodes that are held for steps to come. Leaving its scope (`await using`) releases them. When this process dies, or its connection
 * does for good, the allocation and its steps end with their lease. Holding it keeps no process alive.
 */
export interface Allocation extends AsyncDisposable {
  /** The job behind it: events, end, usage. Its state says nothing about the steps. */
  readonly job: Job;

  /** Names of its nodes, in Slurm's order. */
  readonly nodes: readonly string[];

  /**
   * Asks how many seconds are left until its time limit; `Infinity` without one.
   * @throws AllocationLostError if it has ended.
   */
  timeLeftSeconds(options?: Cancellable): Promise<number>;

  /**
   * Starts a command as a step, and gives its stdout as it comes; `result` has its exit code (the highest of its tasks'; none, and `ok` is false, where srun
   * did not hear how they ended) and the last million characters of stderr. Leaving the loop, an abort and a time-out end the step. Without `ntasks` it has
   * one task on each node, of one CPU without `cpusPerTask`. Steps share the allocation: for several at a time give each `exact` and its `memory`.
   * @throws OptionsError for options that are wrong, or unknown to this Slurm. The loop and the result throw {@link AllocationLostError} where the
   * allocation ended under the step, or before it, and {@link StepRefusedError} where the allocation has not what it asks for: no step was started.
   */
  run(command: readonly string[] | Recipe | Launch, options?: RunStepOptions): Promise<ExecStream>;

  /**
   * The same, with each line's task and stream, and the end of each task. Tasks and srun itself cannot be mistaken for each other.
   * @example `const step = await nodes.runTasks(["./model"], { ntasks: 4 }); for await (const { task, text } of step) console.log(task, text);`
   * @see srun(1), `--label`, `--verbose`
   */
  runTasks(command: readonly string[] | Recipe | Launch, options?: RunTasksOptions): Promise<TaskStream>;

  /**
   * Copies a file of the login node to every node of the allocation, under the same absolute path.
   *
   * Guarantees: resolved ⇒ every node has the whole file under its name. A copy that failed has no name.
   * @throws BroadcastError with what was said of each node that lacks it; AllocationLostError.
   * @see sbcast(1)
   */
  broadcast(from: string, to: string, options?: AllocationBroadcastOptions): Promise<BroadcastResult>;

  /**
   * A transport whose commands run as steps on one of its nodes, and whose files are the login node's: for builds, pulls and doctors, which
   * take a transport, where a login node would kill them, or where they must see a compute node. A command that a signal ended has the exit
   * code 128 and the signal's number.
   * @example `await using nodes = await slurm.allocate({ time: "30m", cpusPerTask: 8 }); await ensurePythonEnv(env, nodes.transport());`
   * @throws OptionsError for a node that is not its own.
   */
  transport(options?: NodeTransportOptions): Transport;

  /** Ends the allocation with all that runs in it; again is no error. */
  release(options?: Cancellable): Promise<void>;

  /** What another process needs to go on with it, with {@link Slurm.allocation}, before the lease ends. */
  toJSON(): JobReference;
}
