import type { Cancellable } from "@hpckit/core";
import type { HistoryFilter, ListFilter } from "./job-filter.js";
import type { JobRecord, JobSummary } from "./job-summary.js";

/** Jobs of the cluster, whoever submitted them: as far as the site lets this user see them. */
export interface JobLists {
  /**
   * Jobs that the controller knows: those that wait and run, and, with `states`, those that ended lately. One squeue for each 5000 ids.
   *
   * Guarantees: every job that squeue printed is there; no text of a user can make or hide one. An empty answer says nothing about a
   * job that was there before: it may have ended.
   * @throws OptionsError; ControllerUnreachableError; SlurmCommandError if it gave no certain answer.
   * @see squeue(1)
   * @example const waiting = await slurm.jobs.list({ mine: true, states: ["PENDING"] });
   */
  list(filter?: ListFilter, options?: Cancellable): Promise<readonly JobSummary[]>;

  /**
   * Jobs that accounting knows. One sacct for each 5000 ids. It lags behind the controller by some seconds.
   * @throws OptionsError; SlurmError on a cluster without accounting; SlurmCommandError if accounting gave no certain answer.
   * @see sacct(1)
   * @example const failed = await slurm.jobs.history({ mine: true, since: yesterday, states: ["FAILED", "TIMEOUT"] });
   */
  history(filter: HistoryFilter, options?: Cancellable): Promise<readonly JobRecord[]>;
}
