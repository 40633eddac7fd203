import { AbortedError, HpckitError, OptionsError, redact, TransportError, type Cancellable } from "@hpckit/core";
import { findAllowances, type Allowances } from "./allowances.js";
import { SubmissionError } from "../error/submission-errors.js";
import type { SubmissionProblem } from "../error/submission-problem.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { isBeforeStart } from "./before-start.js";
import { claimFolder } from "./claim-folder.js";
import { abortedBefore, nextOf, type Next, type PendingSubmission } from "./pending-submission.js";
import { makeSubmissionError } from "./refusal.js";
import type { RefusedAnswer } from "./sbatch-answer.js";
import { removeUnused, writeSecrets } from "./secrets-file.js";
import type { PlannedAttempt } from "./submission-plan.js";
import type { SubmitAnswer } from "./submit-frames.js";

/** An attempt that is about to be made. */
export interface SentAttempt {
  readonly pending: PendingSubmission;
  readonly planned: PlannedAttempt;
}

/** Makes one attempt for each, in one round trip, and says of each what follows as soon as that is known. Throws nothing. */
export async function sendAttempts(context: SlurmContext, sent: readonly SentAttempt[], { signal, onNext }: Cancellable & { readonly onNext: (pending: PendingSubmission) => void }): Promise<void> {
  const open = new Set(sent);
  const refused: { readonly attempt: SentAttempt; readonly answer: SubmitAnswer; readonly refusal: RefusedAnswer }[] = [];
  const tidied: Promise<void>[] = [];
  const settle = (attempt: SentAttempt, answer: SubmitAnswer, next: Next = nextAfter(context, attempt, answer)): void => {
    open.delete(attempt);
    attempt.pending.next = next;
    tidied.push(removeUnused(context.transport, unusedSecrets(attempt, answer)).then(() => onNext(attempt.pending)));
  };
  let isComplete = false;
  try {
    for (const { planned } of sent) await writeSecrets(context.transport, planned.plan, { signal });
    isComplete = true;
    await context.backend.submit(sent.map(({ planned }) => planned.request), {
      claimFolder: claimFolder(context.stateFolder, context.facts.name),
      signal,
      onAnswer: (answer, index) => {
        const attempt = sent[index];
        if (attempt === undefined) return;
        if (answer.kind === "answered" && answer.answer.kind === "refused" && answer.taken === undefined) {
          open.delete(attempt);
          refused.push({ attempt, answer, refusal: answer.answer });
        } else settle(attempt, answer);
      },
    });
  } catch (error) {
    for (const attempt of open) settle(attempt, isComplete && !isBeforeClaim(error) ? { kind: "unanswered", cause: error } : { kind: "not-begun", error });
  }
  const allowances = new Map<SubmissionProblem | undefined, Allowances>();
  for (const { attempt, answer, refusal } of refused) settle(attempt, answer, { kind: "error", error: await refusalOf(context, attempt, refusal, allowances) });
  await Promise.all(tidied);
}

/** What follows from an answer; of a refusal, see {@link refusalOf}. */
function nextAfter(context: SlurmContext, { pending, planned: { request } }: SentAttempt, answer: SubmitAnswer): Next {
  const { host } = context.transport.target;
  const notSent = (code: string, message: string, detail: Record<string, unknown>, retryable = false): Next => nextWithoutClaim(pending, new SubmissionError(code, message, { detail, retryable }));
  switch (answer.kind) {
    case "taken":
      return nextOf(context, pending, answer.found, new SubmissionError("submission-unknown", "another process submits under this key", { outcome: "unknown" }));
    case "folder-missing":
      return notSent("folder-missing", `there is no folder ${answer.folder} on ${host}, or it is closed to this user: make it first; Slurm would run the job in /tmp, or lose its output`, { folder: answer.folder });
    case "unclaimed":
      return notSent("claim-failed", `the submission cannot be recorded on ${host} in ${claimFolder(context.stateFolder, context.facts.name)}, so nothing was sent: is there room, and may this user write there? { stateFolder } of connectSlurm names another`, {}, true);
    case "skipped":
      return notSent("controller-unreachable", "the Slurm controller did not answer a submission before this one, so this one was not sent; submit again later", {}, true);
    case "not-begun":
      return nextWithoutClaim(pending, answer.error);
    case "not-sent":
      return nextWithoutJob(pending, answer.error);
    case "unanswered":
      // Of one that is given up, what has no claim can be withdrawn at once, also while the controller does not answer; only what has one is looked for.
      return pending.signal?.aborted === true ? { kind: "attempt", number: request.attempt, cause: answer.cause } : { kind: "look", cause: answer.cause };
    case "answered": {
      const claimed = { number: request.attempt, nonce: request.nonce, header: request.header, host: undefined, claimedAtSeconds: answer.submittedAtSeconds, isOwnerAlive: false };
      const own = { attempts: [{ ...claimed, state: { kind: "answered", answer: answer.answer } as const }], fence: undefined };
      const printed = answer.answer.kind === "accepted" ? "" : answer.answer.printed.trim().slice(-500);
      return nextOf(context, pending, answer.taken ?? own, new SubmissionError("submission-unknown", `sbatch gave no answer that can be read: ${redact(printed, secretsOf(pending))}`, { outcome: "unknown" }));
    }
  }
}

const secretsOf = ({ planned }: PendingSubmission) => (planned?.plan.secrets ?? []).map(({ value }) => value);

/** A fault of all together, before any of them is claimed. */
const isBeforeClaim = (error: unknown): boolean =>
  !(error instanceof HpckitError) || error instanceof OptionsError || (error instanceof SubmissionError && error.outcome === "not-sent") || isBeforeStart(error);

/** A fault that a new connection mends. */
const isLost = (error: unknown): boolean => error instanceof TransportError && error.retryable && !isBeforeStart(error);

/** Nothing was queued by this attempt; a script that was sent for it before may still come. */
const nextWithoutClaim = (pending: PendingSubmission, error: unknown): Next => (isLost(error) || pending.earlier.length > 0 ? { kind: "look", cause: error } : nextWithoutJob(pending, error));

/** Nothing was queued. */
function nextWithoutJob({ signal }: PendingSubmission, error: unknown): Next {
  if (error instanceof AbortedError) return { kind: "error", error: abortedBefore(signal) };
  if (!(error instanceof HpckitError) || error instanceof OptionsError || error instanceof SubmissionError) return { kind: "error", error };
  return { kind: "error", error: new SubmissionError("submission-not-sent", `the job was not sent: ${error.message}`, { cause: error, retryable: error.retryable }) };
}

/** What is allowed instead is asked once for each kind of refusal. */
async function refusalOf(context: SlurmContext, { pending }: SentAttempt, answer: RefusedAnswer, known: Map<SubmissionProblem | undefined, Allowances>): Promise<SubmissionError> {
  const allowances = known.get(answer.problem) ?? (await findAllowances(context, answer.problem));
  known.set(answer.problem, allowances);
  const partitions = context.facts.partitions.map(({ name }) => name);
  // What a wrapper prints could repeat the environment.
  return makeSubmissionError({ ...answer, printed: redact(answer.printed, secretsOf(pending)), spec: pending.submission.spec, partitions, allowances });
}

/** Secrets that no job reads any more. Whichever job of the key comes to run, it reads those of its own attempt: so they stay wherever sbatch may have given one. */
function unusedSecrets({ pending: { earlier }, planned: { plan } }: SentAttempt, answer: SubmitAnswer): readonly (string | undefined)[] {
  if (answer.kind === "unanswered") return [];
  if (answer.kind !== "answered") return [plan.secretsFile];
  // The claim is this attempt's, so scripts that were sent for it before find it taken.
  const replaced = earlier.map((attempt) => attempt.plan.secretsFile);
  return answer.answer.kind === "refused" ? [...replaced, plan.secretsFile] : replaced;
}
