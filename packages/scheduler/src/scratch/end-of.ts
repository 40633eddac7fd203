import { HpckitError } from "@hpckit/core";
import { SubmissionError, type Job } from "@hpckit/slurm-client";
import type { JobEnd } from "./job-end.js";

/**
 * Waits for the end of a job that may or may not come to be, and says what a sweep may go by. Never throws.
 *
 * @param submission - what `submit` returned, settled or not; undefined if it was never called.
 * @returns the outcome; `not-submitted` if nothing was queued; `unknown`, which keeps everything, where a reply was lost
 * or the wait failed.
 * @example
 * finally { await sweep(scratch, { on: login, outcome: await endOf(submission) }); }
 */
export async function endOf(submission: Promise<Job> | undefined): Promise<JobEnd> {
  if (submission === undefined) return { kind: "not-submitted" };
  try {
    const job = await submission;
    return await job.done().catch(() => ({ kind: "unknown" }));
  } catch (error) {
    const mayExist = !(error instanceof HpckitError) || (error instanceof SubmissionError && error.outcome === "unknown");
    return { kind: mayExist ? "unknown" : "not-submitted" };
  }
}
