import { AbortedError, type Cancellable } from "@hpckit/core";
import { SubmissionError } from "../error/submission-errors.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { lookForJobs } from "./look-for-jobs.js";
import { newSought, unknownOutcome, type PendingSubmission, type Settled } from "./pending-submission.js";
import { sendAttempts, type SentAttempt } from "./send-attempts.js";
import { planAttempt, type Submission } from "./submission-plan.js";
import { newNonce } from "./submit-request.js";

/** Attempts of one call that came as far as to be claimed: more than these have another cause than a lost reply. */
const mostAttempts = 3;
/** Rounds in a row after which nothing more was known of any submission. */
const mostFruitlessRounds = 5;
/** Looks take so many times as long as it takes to settle, until a person must. */
const longestSettles = 5;
/** Who gave up is not kept waiting. */
const looksAfterAbort = 2;

export interface SubmitJobsOptions extends Cancellable {
  /** Told of each as soon as it is settled. */
  readonly onSettled?: ((settled: Settled, index: number) => void) | undefined;
}

/**
 * Submits any number of jobs, each under its key, and settles what became of every one.
 *
 * Guarantees: a job ⇒ it exists, and of all jobs with its key it alone runs. An error of outcome `not-sent` ⇒ nothing was queued. One of
 * outcome `unknown` ⇒ the job may exist; submitting again under the same key goes on where this call ended.
 */
export async function submitJobs(context: SlurmContext, submissions: readonly Submission[], { signal, onSettled }: SubmitJobsOptions = {}): Promise<readonly Settled[]> {
  const all: readonly PendingSubmission[] = submissions.map((submission) => newSought(submission, { kind: "attempt", number: 1 }));
  const begunAtSeconds = Math.floor(context.clock.now() / 1000);
  await context.journal?.begin(submissions.map(({ token, key, namespace }) => ({ token, key, namespace, cluster: context.facts.name, begunAtSeconds })));
  const told = new Set<PendingSubmission>();
  const tell = (pending: PendingSubmission): void => {
    const { next } = pending;
    if ((next.kind !== "job" && next.kind !== "error") || told.has(pending)) return;
    told.add(pending);
    // What may have given a job stays open in the journal.
    if (!isUnknown(next)) void context.journal?.settle(pending.submission.token);
    onSettled?.(next, all.indexOf(pending));
  };
  let looks = 0;
  let fruitless = 0;
  let openSince: number | undefined;
  while (told.size < all.length) {
    const free = all.filter(({ next }) => next.kind === "attempt");
    if (free.length > 0) {
      const known = told.size;
      if (fruitless === mostFruitlessRounds) notSent(free);
      else await makeAttempts(context, free, { signal, onNext: tell });
      fruitless = told.size > known ? 0 : fruitless + 1;
    }
    const open = all.filter(({ next }) => next.kind === "look");
    if (open.length > 0) {
      openSince ??= context.clock.now();
      await context.clock.sleep(delayBefore(looks++, context.patience.settleMs));
      const hopeful = await lookForJobs(context, open);
      const isOver = signal?.aborted === true ? looks >= looksAfterAbort : context.clock.now() - openSince > longestSettles * context.patience.settleMs;
      if (!hopeful || isOver) giveUp(context, open);
    }
    all.forEach(tell);
  }
  return all.map(({ next }) => next as Settled);
}

const isUnknown = (settled: Settled): boolean => settled.kind === "error" && settled.error instanceof SubmissionError && settled.error.outcome === "unknown";

async function makeAttempts(context: SlurmContext, free: readonly PendingSubmission[], { signal, onNext }: Cancellable & { readonly onNext: (pending: PendingSubmission) => void }): Promise<void> {
  const sent: SentAttempt[] = [];
  for (const pending of free) {
    const number = pending.next.kind === "attempt" ? pending.next.number : 1;
    if (signal?.aborted === true) {
      pending.next = { kind: "error", error: new AbortedError("the submission was aborted; nothing was queued", { cause: signal.reason }) };
    } else if (pending.tries === mostAttempts) {
      pending.next = { kind: "error", error: unknownOutcome(context, pending, `${mostAttempts} attempts got no answer`, undefined) };
    } else {
      const planned = planAttempt(pending.submission, { ...context, cluster: context.programs.cluster, attempt: number, nonce: newNonce() });
      pending.planned = planned;
      pending.digest = planned.request.header.spec;
      sent.push({ pending, planned });
    }
  }
  for (const part of inParts(sent)) await sendAttempts(context, part, { signal, onNext });
}

/** One round trip brings so many jobs at most, and so much of scripts. */
const mostJobs = 500;
const mostBytes = 8 * 1024 * 1024;

function inParts(sent: readonly SentAttempt[]): readonly (readonly SentAttempt[])[] {
  const parts: SentAttempt[][] = [];
  let bytes = Infinity;
  for (const attempt of sent) {
    bytes += attempt.planned.request.script.length;
    const last = parts.at(-1);
    if (last === undefined || last.length === mostJobs || bytes > mostBytes) {
      parts.push([attempt]);
      bytes = attempt.planned.request.script.length;
    } else last.push(attempt);
  }
  return parts;
}

/** Each round trip ended before it came to them. */
function notSent(free: readonly PendingSubmission[]): void {
  for (const pending of free) {
    pending.next = { kind: "error", error: new SubmissionError("submission-not-sent", `${mostFruitlessRounds} times the script that submits ended before it came to this submission; submit again later`, { retryable: true }) };
  }
}

function giveUp(context: SlurmContext, open: readonly PendingSubmission[]): void {
  for (const pending of open) {
    if (pending.next.kind === "look") pending.next = { kind: "error", error: unknownOutcome(context, pending, "neither the records nor Slurm say so far what became of it", pending.next.cause) };
  }
}

const firstDelaysMs = [0, 200, 500, 1000, 2000, 4000, 8000];
const longestDelayMs = 15_000;

/** Often at first: what another process submits is soon recorded. */
const delayBefore = (look: number, settleMs: number): number => Math.min(firstDelaysMs[look] ?? longestDelayMs, Math.max(settleMs / 4, 50));
