import type { Cancellable, ExecStream, StreamOptions } from "@hpckit/core";
import type { JobStateName } from "../state/job-state.js";

export interface AttachOptions extends Cancellable {
  /** Which step, by its number or name; by default the one that runs, or the newest of several. */
  readonly step?: number | string | undefined;
  /** Only what this task prints; by default what all print. */
  readonly task?: number | undefined;
  /** Begin each line with the number of its task. */
  readonly label?: boolean | undefined;
  /**
   * For tasks that still read: for all, or the one of `inputTask`. Its end is the end of their input, whoever else feeds them. Without it nothing is given
   * to them, and their input is left open.
   */
  readonly stdin?: StreamOptions["stdin"];
  readonly inputTask?: number | undefined;
  /** Gets stderr as it comes, of the tasks and of sattach. */
  readonly onStderr?: StreamOptions["onStderr"];
}

/** How a step ended that was attached to. */
export interface AttachedEnd {
  /** What accounting says of it, where there is some. Undefined: nobody knows. */
  readonly state: JobStateName | undefined;
  /** 0 only where its state is COMPLETED; else the highest that a task ended with, as sattach was told. Undefined: it is not known. */
  readonly exitCode: number | undefined;
}

/** A step that was attached to. Leaving the loop early detaches from it, and so does an abort: the step goes on. */
export interface AttachedStep extends Omit<ExecStream, "result"> {
  /** As Slurm's programs take it, e.g. `12.0`. */
  readonly stepId: string;
  readonly result: Promise<AttachedEnd>;
}
