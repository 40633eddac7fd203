import type { Cancellable } from "@hpckit/core";
import type { AcceptedJob } from "../accepted/accepted-job.js";
import type { JobUsage } from "../usage/job-usage.js";
import type { JobControls } from "../control/job-controls.js";
import type { LogOptions, LogPiece } from "../log/job-log.js";
import type { Outcome } from "../outcome/outcome.js";
import type { AttachedStep, AttachOptions } from "../step/attached-step.js";
import type { JobServices } from "../tunnel/job-service.js";
import type { JobEvent } from "../watch/job-event.js";
import type { JobReference } from "./job-reference.js";

/**
 * A job that was queued: a single one, an array as a whole, or one task of it. Cancelling a wait never cancels the job:
 * `cancel()` does.
 */
export interface Job extends JobControls, JobServices {
  /** Of an array's task that of the array; `task` says which. */
  readonly id: string;
  /** The index of the one task of an array that this handle is about. */
  readonly taskIndex: number | undefined;
  readonly cluster: string;
  /** Seconds since the epoch, on the login node. */
  readonly submittedAtSeconds: number;

  /** What another process needs to find the job again, with {@link Slurm.job}. */
  toJSON(): JobReference;

  /**
   * The handle of one task of this array job, for all that a handle can do.
   * @throws OptionsError if the job's reference does not name that task.
   */
  task(index: number): Job;

  /**
   * Changes of state as they are seen, beginning with the present one; the last is the final one. All jobs of one connection
   * share one squeue at a time. A failing tool is tried again, and never reported as a change.
   * @throws AbortedError; TransportError when the connection is lost for good.
   */
  events(options?: Cancellable): AsyncIterable<JobEvent>;

  /**
   * Waits for the end.
   *
   * Guarantees: nothing but a final state that Slurm showed gives an outcome other than `lost`; a job that will be queued again
   * has not ended. The job's secrets file has been removed.
   */
  done(options?: Cancellable): Promise<Outcome>;

  /**
   * What Slurm made of the job, and of each component: defaults, rounding, and what the site's plugins changed; {@link findDifferences} compares it with a spec. Asks
   * the queue, and accounting for a job that has left it.
   * @returns undefined where neither the queue nor accounting knows the job.
   * @throws SlurmCommandError
   */
  accepted(options?: Cancellable): Promise<AcceptedJob | undefined>;

  /**
   * The output, as text in pieces of any size. Ends when the job has ended and its last bytes were read.
   * @throws SlurmError at the end, when all else was given: `log-missing` where the job has run and the login node sees no file of its output, `log-unreadable` where the file is closed
   * to this user. A job that never ran has no output, and no error.
   */
  log(options?: LogOptions): AsyncIterable<string>;

  /** The output with its bytes, which stream, task and file they are of, and where in that they stand: for labels, binary output, and going on later. Throws as `log` does. */
  logPieces(options?: LogOptions): AsyncIterable<LogPiece>;

  /**
   * Attaches to a step that srun has started, as `sattach` does: what its tasks print from now on, with the last of what they printed before. A step whose
   * output goes to files shows nothing here: its log does. Detaching, an abort and a client that dies leave the step as it is.
   * @throws StepUnavailableError where there is no such step now, or none that can be attached to.
   * @see sattach(1)
   */
  attach(options?: AttachOptions): Promise<AttachedStep>;

  /**
   * What was used so far, or in all, with each step; of an array or a heterogeneous job of each part, and of the whole what {@link JobUsage} says.
   * What a better request would be says {@link adviseRequest}.
   * @returns undefined where accounting has no record (yet), or does not exist.
   */
  usage(options?: Cancellable): Promise<JobUsage | undefined>;
}
