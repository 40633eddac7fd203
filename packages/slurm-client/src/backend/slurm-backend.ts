import type { Cancellable } from "@hpckit/core";
import type { AccountingRecord } from "../accounting/accounting-record.js";
import type { QueueRow } from "../queue/parse-queue.js";

/**
 * How one cluster is asked and told: by its command line, or over slurmrestd. Both give the same types; all rules about jobs
 * (what an absence means, when something is believed) stand above it, once.
 *
 * Every method throws where the answer is not certain. Then nothing is known: an error is never evidence about a job.
 */
export interface SlurmBackend {
  readonly kind: "command-line" | "rest";

  /**
   * Asks the controller once for any number of jobs; those that ended lately are included. A job that it does not know has no row.
   * @param ids - of jobs and array jobs; none asks for none.
   */
  queue(ids: readonly string[], options?: Cancellable): Promise<readonly QueueRow[]>;

  /** Asks accounting once for the newest record of any number of jobs. */
  accounting(ids: readonly string[], options?: Cancellable): Promise<readonly AccountingRecord[]>;

  /** Asks Slurm to end a job, pending or running; one that has ended is no error. */
  cancel(id: string, options?: Cancellable): Promise<void>;
}
