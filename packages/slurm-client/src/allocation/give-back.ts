import { AbortedError, HpckitError } from "@hpckit/core";
import { SlurmError } from "../error/slurm-error.js";
import type { Job } from "../job/job.js";

/** The code of an allocation that was over before it could be used: there is nothing to give back. */
export const allocationEnded = "allocation-ended";

/**
 * Cancels an allocation that its caller never got: nobody would use it. Its lease begins only when it runs, so it would wait in the queue for as
 * long as that takes.
 * @returns the error that says why it was not got, which job it is, and whether it is gone.
 */
export async function giveBack(job: Job, error: unknown): Promise<unknown> {
  if (error instanceof SlurmError && error.code === allocationEnded) return error;
  const failure = await job.cancel().then(() => undefined, (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))));
  const end = failure === undefined ? `allocation ${job.id} was cancelled` : `allocation ${job.id} may still be queued or run, because it could not be cancelled (${failure.message}): cancel job ${job.id}; else it ends with its lease once it has begun`;
  const detail = { job: job.toJSON(), cancelled: failure === undefined };
  if (error instanceof AbortedError) return new AbortedError(`the wait for nodes was aborted; ${end}`, { cause: error.cause, detail });
  const why = error instanceof Error ? error.message : String(error);
  return new SlurmError("allocation-failed", `there are no nodes: ${why}; ${end}`, { cause: error, retryable: error instanceof HpckitError && error.retryable, detail });
}
