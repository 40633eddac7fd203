import { HpckitError } from "@hpckit/core";
import { SubmissionError } from "../error/submission-errors.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { longestAfterAbortMs } from "./after-abort.js";
import { whenAllAborted } from "./all-aborted.js";
import { lookRounds } from "./look-rounds.js";
import { abortedBefore, abortedMidway, newSought, unknownOutcome, type OrderedSubmission, type PendingSubmission, type Settled } from "./pending-submission.js";
import { roundTrips } from "./round-trips.js";
import { sendAttempts, type SentAttempt } from "./send-attempts.js";
import { planAttempt } from "./submission-plan.js";
import { newNonce } from "./submit-request.js";
import { withdrawAttempts, type WithdrawnSubmission } from "./withdraw-attempts.js";

/** Attempts of one call that came as far as to be claimed: more than these have another cause than a lost reply. */
const mostAttempts = 3;
/** Rounds in a row after which nothing more was known of any submission. */
const mostFruitlessRounds = 5;

export interface SubmitJobsOptions {
  /** Told of each as soon as it is settled. */
  readonly onSettled?: ((settled: Settled, index: number) => void) | undefined;
}

/**
 * Submits any number of jobs, each under its key, and settles what became of every one.
 *
 * Guarantees: a job ⇒ it exists, and of all jobs with its key it alone runs. An error of outcome `not-sent` ⇒ nothing was queued. One of
 * outcome `unknown` ⇒ the job may exist; submitting again under the same key goes on where this call ended. An AbortedError has its outcome in `detail`.
 */
export async function submitJobs(context: SlurmContext, orders: readonly OrderedSubmission[], { onSettled }: SubmitJobsOptions = {}): Promise<readonly Settled[]> {
  const all = orders.map(({ submission, signal }): PendingSubmission => ({ ...newSought(submission, { kind: "attempt", number: 1 }), signal, earlier: [] }));
  const places = new Map(all.map((pending, index) => [pending, index]));
  const begunAtSeconds = Math.floor(context.clock.now() / 1000);
  await context.journal?.begin(orders.map(({ submission: { token, key, namespace } }) => ({ token, key, namespace, cluster: context.facts.name, begunAtSeconds })));
  const told = new Set<PendingSubmission>();
  const tell = (pending: PendingSubmission): void => {
    const { next } = pending;
    if ((next.kind !== "job" && next.kind !== "error") || told.has(pending)) return;
    told.add(pending);
    // What may have given a job stays open in the journal.
    if (!isUnknown(next)) void context.journal?.settle(pending.submission.token);
    onSettled?.(next, places.get(pending) ?? 0);
  };
  const lookAgain = lookRounds(context);
  let fruitless = 0;
  while (told.size < all.length) {
    const free = all.filter(({ next }) => next.kind === "attempt");
    if (free.length > 0) {
      const known = told.size;
      if (fruitless >= mostFruitlessRounds) await giveUpSending(context, free, tell);
      else await makeAttempts(context, free, tell);
      all.forEach(tell);
      fruitless = told.size > known ? 0 : fruitless + 1;
    }
    const open = all.filter(({ next }) => next.kind === "look");
    if (open.length > 0) await lookAgain(open, tell);
    all.forEach(tell);
  }
  return all.map(({ next }) => next as Settled);
}

const isUnknown = (settled: Settled): boolean => settled.kind === "error" && settled.error instanceof HpckitError && settled.error.detail["outcome"] === "unknown";

async function makeAttempts(context: SlurmContext, free: readonly PendingSubmission[], onNext: (pending: PendingSubmission) => void): Promise<void> {
  const sent: SentAttempt[] = [];
  const withdrawn: WithdrawnSubmission[] = [];
  for (const pending of free) {
    const attempt = pending.next.kind === "attempt" ? pending.next.number : 1;
    if (pending.signal?.aborted === true) {
      withdrawn.push({ pending, attempt, error: abortedBefore(pending.signal), unknown: abortedMidway(context, pending) });
    } else if (pending.tries === mostAttempts) {
      pending.next = { kind: "error", error: unknownOutcome(context, pending, `${mostAttempts} attempts got no answer`, undefined) };
    } else {
      sent.push({ pending, planned: planAttempt(pending.submission, { ...context, cluster: context.programs.cluster, attempt, nonce: newNonce() }) });
    }
  }
  await Promise.all([withdrawAttempts(context, withdrawn, { onNext, longestMs: longestAfterAbortMs }), ...roundTrips(sent).map(async (parts) => sendParts(context, parts, onNext))]);
}

/** One round trip after the other. */
async function sendParts(context: SlurmContext, parts: readonly (readonly SentAttempt[])[], onNext: (pending: PendingSubmission) => void): Promise<void> {
  for (const part of parts) {
    // Of what is given up before its part goes nothing was begun; what another round had sent is withdrawn by the next.
    const going = part.filter(({ pending }) => pending.signal?.aborted !== true);
    for (const { pending } of part) {
      if (pending.signal?.aborted !== true || pending.planned !== undefined) continue;
      pending.next = { kind: "error", error: abortedBefore(pending.signal) };
      onNext(pending);
    }
    if (going.length === 0) continue;
    for (const { pending, planned } of going) {
      pending.earlier = pending.planned?.request.attempt === planned.request.attempt ? [...pending.earlier, pending.planned] : [];
      pending.planned = planned;
      pending.digest = planned.request.header.spec;
    }
    const { signal, stopListening } = whenAllAborted(going.map(({ pending }) => pending.signal));
    await sendAttempts(context, going, { signal, onNext });
    stopListening();
  }
}

/** Each round trip ended before it came to them. */
async function giveUpSending(context: SlurmContext, free: readonly PendingSubmission[], onNext: (pending: PendingSubmission) => void): Promise<void> {
  const why = `${mostFruitlessRounds} times the script that submits ended before it came to this submission`;
  const withdrawn = free.map((pending): WithdrawnSubmission => {
    const { number, cause } = pending.next.kind === "attempt" ? pending.next : { number: 1, cause: undefined };
    const last = cause instanceof Error ? ` (${cause.message})` : "";
    return {
      pending,
      attempt: number,
      error: new SubmissionError("submission-not-sent", `${why}${last}; submit again later`, { cause, retryable: true }),
      unknown: unknownOutcome(context, pending, why, cause),
    };
  });
  await withdrawAttempts(context, withdrawn, { onNext });
}
