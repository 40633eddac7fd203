import { TimeoutError, type Clock } from "@hpckit/core";
import type { SubmitRequestsOptions } from "../../backend/slurm-backend.js";
import { chunksOf } from "../../cluster/chunks-of.js";
import { untilAborted } from "../../concurrency/until-aborted.js";
import { SubmissionError } from "../../error/submission-errors.js";
import { soonAfterAbort } from "../../submit/after-abort.js";
import { readAnswer } from "../../submit/sbatch-answer.js";
import { claimOverCommandLine, recordOverCommandLine } from "../../submit/submit-over-command-line.js";
import type { SubmitRequest } from "../../submit/submit-request.js";
import { createTurns } from "../http/turns.js";
import type { RestContext } from "../rest-context.js";
import { sendOne, type Sent } from "./send-one.js";
import type { RestSubmission } from "./submit-job.js";

/** A job in slurmrestd's words. */
export interface DescribedSubmission {
  readonly request: SubmitRequest;
  /** Among all that are submitted together. */
  readonly index: number;
  readonly submission: RestSubmission;
}

export interface SendOptions extends SubmitRequestsOptions {
  /** Told of what slurmrestd cannot read; nothing was queued, and its next attempt goes another way. */
  readonly onUnreadable: (request: SubmitRequest) => void;
}

/** One round trip claims so many keys: what is claimed is queued soon. */
const mostClaims = 200;
/** After so long a claim is not used any more: others may have given it up by then, once it waited for a connection or this machine slept. */
const claimGoodForMs = 30_000;

/**
 * Claims on the login node, sends one request for each job, and records on the login node. Claims, records and fences are those of the command
 * line, so that the two ways together never run a key twice.
 *
 * | death right after | leaves |
 * |---|---|
 * | the claim | a claim without an answer: open |
 * | the request | the same; the mark in its comment finds the job |
 * | the record | the job's handle, for everybody |
 */
export async function sendDescribed(context: RestContext, described: readonly DescribedSubmission[], options: SendOptions): Promise<void> {
  const state = { isInTrouble: false };
  const turns = createTurns(context.session.mostConnections);
  for (const some of chunksOf(described, mostClaims)) {
    if (state.isInTrouble) {
      for (const { index } of some) options.onAnswer({ kind: "skipped" }, index);
      continue;
    }
    const claimed = await claim(context, some, options);
    const sent = await Promise.all(claimed.map((each) => turns(async () => ({ ...each, sent: await sendClaimed(context, each, state, options) }))));
    await record(context, sent, options);
  }
}

interface Claimed extends DescribedSubmission {
  /** By the login node's clock. */
  readonly atSeconds: number;
  /** How long ago it was at most, by this machine's clocks. */
  readonly ageMs: () => number;
}

async function claim({ commandLine, clock }: RestContext, described: readonly DescribedSubmission[], options: SendOptions): Promise<readonly Claimed[]> {
  const claimed: Claimed[] = [];
  const ageMs = startOf(clock);
  await claimOverCommandLine(commandLine, described.map(({ request }) => request), options, (answer, at) => {
    const each = described[at];
    if (each === undefined) return;
    if (answer.kind === "claimed") claimed.push({ ...each, atSeconds: answer.atSeconds, ageMs });
    else options.onAnswer(answer, each.index);
  });
  return claimed;
}

/** A machine that sleeps stops one clock, and a time of day that is set back the other: of both the later counts. */
function startOf(clock: Clock): () => number {
  const [atMs, monotonicMs] = [clock.now(), clock.monotonic()];
  return () => Math.max(clock.now() - atMs, clock.monotonic() - monotonicMs);
}

async function sendClaimed({ session }: RestContext, { submission, ageMs }: Claimed, state: { isInTrouble: boolean }, { signal }: SendOptions): Promise<Sent> {
  if (state.isInTrouble) return { kind: "skipped" };
  const beforeSending = (): Error | undefined => (ageMs() > claimGoodForMs ? tooLate() : undefined);
  const sent = await sendOne(session, submission, { signal, beforeSending });
  if (isTrouble(sent)) state.isInTrouble = true;
  return sent;
}

const tooLate = (): SubmissionError =>
  new SubmissionError("submission-not-sent", `slurmrestd could not be told of the job within ${claimGoodForMs / 1000} s after its key was claimed, so nothing was sent; submit again`, { retryable: true });

/** After a controller that does not answer the rest is not tried: each would wait for the same time-out. */
function isTrouble(sent: Sent): boolean {
  // One connection that breaks says nothing of the next.
  if (sent.kind === "not-sent") return sent.error instanceof TimeoutError;
  if (sent.kind !== "replied") return sent.kind === "unanswered" && sent.cause instanceof TimeoutError;
  const answer = readAnswer(sent.reply);
  return answer.kind === "unclear" || (answer.kind === "refused" && (answer.problem === "controller-unreachable" || answer.problem === "queue-full"));
}

/** Writes answers down, and then tells of them. What cannot be written, or not soon after all have given up, is known all the same. */
async function record({ commandLine, clock }: RestContext, all: readonly (Claimed & { readonly sent: Sent })[], { claimFolder, signal, onAnswer, onUnreadable }: SendOptions): Promise<void> {
  const known = all.filter(({ sent }) => sent.kind !== "unanswered");
  const open = new Set(all);
  const answers = known.map(({ request: { token, attempt, nonce }, sent }) => ({ token, attempt, nonce, reply: sent.kind === "replied" ? sent.reply : undefined }));
  for (const { request, sent } of all) if (sent.kind === "unreadable") onUnreadable(request);
  if (answers.length > 0) {
    const limit = soonAfterAbort(clock, { signal });
    const recorded = recordOverCommandLine(commandLine, answers, { claimFolder, signal: limit.signal }, (answer, at) => {
      const each = known[at];
      if (limit.signal.aborted || each === undefined || (each.sent.kind !== "replied" && each.sent.kind !== "unreadable")) return;
      open.delete(each);
      if (answer.kind === "answered") onAnswer({ ...answer, submittedAtSeconds: each.atSeconds }, each.index);
      else if (answer.kind === "taken") onAnswer(answer, each.index);
    });
    await untilAborted(recorded, limit).catch(() => undefined).finally(limit.stop);
  }
  for (const { sent, atSeconds, index } of open) {
    if (sent.kind === "replied") onAnswer({ kind: "answered", answer: readAnswer(sent.reply), submittedAtSeconds: atSeconds, taken: undefined }, index);
    else if (sent.kind === "unreadable") onAnswer({ kind: "unanswered", cause: new SubmissionError("submission-unknown", "slurmrestd cannot read this job, and that could not be recorded") }, index);
    else onAnswer(sent, index);
  }
}
