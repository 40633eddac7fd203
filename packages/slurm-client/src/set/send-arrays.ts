import { AbortedError, type Cancellable } from "@hpckit/core";
import { acceptedOf } from "../accepted/accepted-job.js";
import { compareAccepted, type AcceptedDifference } from "../accepted/find-differences.js";
import { LimitExceededError, SubmissionError } from "../error/submission-errors.js";
import type { JobReference } from "../job/job-reference.js";
import type { FindSubmittedOptions } from "../submit/find-submitted.js";
import { keyOfArray, type SetContext, type SetIdentity, type SetSender } from "./set-context.js";
import type { SubmitRoom } from "./set-limits.js";
import type { LiveArray } from "./set-state.js";

/** What became of arrays that were sent. */
export interface SentArrays {
  readonly jobs: ReadonlyMap<LiveArray, JobReference>;
  /** Slurm said that there is no room: the array waits. */
  readonly full: SubmissionError | undefined;
  /** What went wrong and may go well later; what nobody knows is looked for again under its key. */
  readonly trouble: readonly unknown[];
  /** What will not. */
  readonly refused: Error | undefined;
}

/** Sends arrays, each under its key: one that another client has sent is found, and not sent again. */
export async function sendArrays(context: SetContext, identity: SetIdentity, sender: SetSender, arrays: readonly LiveArray[], { signal }: Cancellable): Promise<SentArrays> {
  const specs = arrays.map(({ array }) => sender.specOf(array));
  const results = await context.submitter.submitAll(specs, { key: (_, index) => keyOfArray(identity, arrays[index]?.array ?? { name: "" }), namespace: identity.namespace, signal });
  const jobs = new Map<LiveArray, JobReference>();
  const trouble: unknown[] = [];
  let full: SubmissionError | undefined;
  let refused: Error | undefined;
  for (const [index, live] of arrays.entries()) {
    const result = results[index];
    if (result?.kind === "job") jobs.set(live, result.job.toJSON());
    else if (result === undefined || result.error instanceof AbortedError) continue;
    else if (isFull(result.error)) full ??= result.error;
    else if (result.error instanceof SubmissionError && (result.error.retryable || result.error.outcome === "unknown")) trouble.push(result.error);
    else refused ??= asError(result.error);
  }
  return { jobs, full, trouble, refused };
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** A limit on submitted jobs, or on all jobs of the controller, passes; a limit of what one job may ask for does not. */
const isFull = (error: unknown): error is SubmissionError =>
  (error instanceof LimitExceededError && error.limit.includes("Submit")) || (error instanceof SubmissionError && error.code === "submission-queue-full");

/** What is known of arrays, from any client. */
export interface FoundArrays {
  readonly jobs: ReadonlyMap<LiveArray, JobReference>;
  /** There may be a job: submitting it under its key settles that. */
  readonly open: readonly LiveArray[];
}

/** Looks in the records of submissions, and with `inSlurm` in the queue and accounting for those that they leave open. */
export async function findSent(context: SetContext, identity: SetIdentity, arrays: readonly LiveArray[], options: Omit<FindSubmittedOptions, "namespace">): Promise<FoundArrays> {
  const found = await context.findSubmitted(arrays.map(({ array }) => keyOfArray(identity, array)), { ...options, namespace: identity.namespace });
  const jobs = new Map<LiveArray, JobReference>();
  const open: LiveArray[] = [];
  for (const [index, live] of arrays.entries()) {
    const submitted = found[index];
    if (submitted?.kind === "job") jobs.set(live, submitted.reference);
    else if (submitted?.kind === "open") open.push(live);
  }
  return { jobs, open };
}

/**
 * The first arrays that there is room for, in order. Pure.
 * @param queued - tasks of the set that are in the queue.
 */
export function chooseArrays(held: readonly LiveArray[], { free }: Pick<SubmitRoom, "free">, { queued, queuedAtMost }: { readonly queued: number; readonly queuedAtMost: number }): readonly LiveArray[] {
  let left = Math.min(free, queuedAtMost - queued);
  const chosen: LiveArray[] = [];
  for (const live of held) {
    left -= live.array.tasks.length;
    if (left < 0) break;
    chosen.push(live);
  }
  return chosen;
}

/** What Slurm made of arrays that were just sent: one squeue for all. Of one that it does not show there is nothing. */
export async function compareSent({ backend }: SetContext, sender: SetSender, sent: ReadonlyMap<LiveArray, JobReference>, options: Cancellable): Promise<ReadonlyMap<LiveArray, readonly AcceptedDifference[]>> {
  const rows = await backend.list({ ids: [...sent.values()].map(({ id }) => id), states: "all" }, options);
  const found = new Map<LiveArray, readonly AcceptedDifference[]>();
  for (const [live, { id }] of sent) {
    const row = rows.find((each) => each.id === id);
    if (row !== undefined) found.set(live, compareAccepted(specOfRequest(sender, live), acceptedOf(row, "queue")));
  }
  return found;
}

/** The checked spec, with what a later round asks for. */
function specOfRequest({ spec }: SetSender, { array: { memoryBytes, timeSeconds } }: LiveArray): SetSender["spec"] {
  return { ...spec, ...(timeSeconds === undefined ? {} : { time: { seconds: timeSeconds } }), ...(memoryBytes === undefined ? {} : { [memoryFieldOf(spec)]: { bytes: memoryBytes } }) };
}

/** Which of the three ways a spec asks for memory in. */
export const memoryFieldOf = ({ memoryPerCpu, memoryPerGpu }: Pick<SetSender["spec"], "memoryPerCpu" | "memoryPerGpu">): "memory" | "memoryPerCpu" | "memoryPerGpu" =>
  memoryPerCpu !== undefined ? "memoryPerCpu" : memoryPerGpu !== undefined ? "memoryPerGpu" : "memory";
