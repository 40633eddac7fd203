import { AbortedError, HpckitError, OptionsError, redact, type Cancellable } from "@hpckit/core";
import { findAllowances, type Allowances } from "./allowances.js";
import { SubmissionError } from "../error/submission-errors.js";
import type { SubmissionProblem } from "../error/submission-problem.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { isBeforeStart } from "./before-start.js";
import { claimFolder } from "./claim-folder.js";
import { abortedBefore, nextOf, type Next, type PendingSubmission } from "./pending-submission.js";
import { makeSubmissionError } from "./refusal.js";
import type { SbatchAnswer } from "./sbatch-answer.js";
import { removeSecrets, writeSecrets } from "./secrets-file.js";
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
  const refused: (SentAttempt & { readonly answer: SbatchAnswer & { kind: "refused" } })[] = [];
  const tidied: Promise<void>[] = [];
  const settle = (attempt: SentAttempt, next: Next): void => {
    open.delete(attempt);
    attempt.pending.next = next;
    tidied.push(removeUnused(context, attempt).then(() => onNext(attempt.pending)));
  };
  try {
    for (const { planned } of sent) await writeSecrets(context.transport, planned.plan, { signal });
    await context.backend.submit(sent.map(({ planned }) => planned.request), {
      claimFolder: claimFolder(context.stateFolder, context.facts.name),
      signal,
      onAnswer: (answer, index) => {
        const attempt = sent[index];
        if (attempt === undefined) return;
        if (answer.kind === "answered" && answer.answer.kind === "refused" && answer.taken === undefined) refused.push({ ...attempt, answer: answer.answer });
        else settle(attempt, nextAfter(context, attempt, answer));
      },
    });
  } catch (error) {
    const lost = nextWithoutAnswer(error);
    for (const attempt of open) if (!refused.some(({ pending }) => pending === attempt.pending)) settle(attempt, lost);
  }
  const allowances = new Map<SubmissionProblem | undefined, Allowances>();
  for (const attempt of refused) settle(attempt, { kind: "error", error: await refusalOf(context, attempt, attempt.answer, allowances) });
  await Promise.all(tidied);
}

/** What follows from an answer; of a refusal, see {@link refusalOf}. */
function nextAfter(context: SlurmContext, { pending, planned: { request } }: SentAttempt, answer: SubmitAnswer): Next {
  const { host } = context.transport.target;
  const notSent = (code: string, message: string, detail: Record<string, unknown>, retryable = false): Next => ({ kind: "error", error: new SubmissionError(code, message, { detail, retryable }) });
  switch (answer.kind) {
    case "taken":
      return nextOf(context, pending, answer.found, new SubmissionError("submission-unknown", "another process submits under this key", { outcome: "unknown" }));
    case "folder-missing":
      return notSent("folder-missing", `there is no folder ${answer.folder} on ${host}, or it is closed to this user: make it first; Slurm would run the job in /tmp, or lose its output`, { folder: answer.folder });
    case "unclaimed":
      return notSent("claim-failed", `the submission cannot be recorded on ${host} in ${claimFolder(context.stateFolder, context.facts.name)}, so nothing was sent: is there room, and may this user write there? { stateFolder } of connectSlurm names another`, {}, true);
    case "skipped":
      return notSent("controller-unreachable", "the Slurm controller did not answer a submission before this one, so this one was not sent; submit again later", {}, true);
    case "not-sent":
      return nextWithoutJob(answer.error instanceof AbortedError ? abortedBefore(pending.signal) : answer.error);
    case "unanswered":
      return { kind: "look", cause: answer.cause };
    case "answered": {
      const claimed = { number: request.attempt, nonce: request.nonce, header: request.header, host: undefined, claimedAtSeconds: answer.submittedAtSeconds, isOwnerAlive: false };
      const own = { attempts: [{ ...claimed, state: { kind: "answered", answer: answer.answer } as const }], fence: undefined };
      const printed = answer.answer.kind === "accepted" ? "" : answer.answer.printed.trim().slice(-500);
      return nextOf(context, pending, answer.taken ?? own, new SubmissionError("submission-unknown", `sbatch gave no answer that can be read: ${redact(printed, secretsOf(pending))}`, { outcome: "unknown" }));
    }
  }
}

const secretsOf = ({ planned }: PendingSubmission) => (planned?.plan.secrets ?? []).map(({ value }) => value);

/** Answers that did not come. */
function nextWithoutAnswer(error: unknown): Next {
  const isCertain = error instanceof OptionsError || (error instanceof SubmissionError && error.outcome === "not-sent");
  if (!(error instanceof HpckitError) || isCertain) return { kind: "error", error };
  if (isBeforeStart(error)) {
    return nextWithoutJob(error);
  }
  return { kind: "look", cause: error };
}

/** Nothing was queued. */
function nextWithoutJob(error: unknown): Next {
  if (!(error instanceof HpckitError) || error instanceof AbortedError || error instanceof SubmissionError) return { kind: "error", error };
  return { kind: "error", error: new SubmissionError("submission-not-sent", `the job was not sent: ${error.message}`, { cause: error, retryable: error.retryable }) };
}

/** What is allowed instead is asked once for each kind of refusal. */
async function refusalOf(context: SlurmContext, { pending }: SentAttempt, answer: SbatchAnswer & { kind: "refused" }, known: Map<SubmissionProblem | undefined, Allowances>): Promise<SubmissionError> {
  const allowances = known.get(answer.problem) ?? (await findAllowances(context, answer.problem));
  known.set(answer.problem, allowances);
  const partitions = context.facts.partitions.map(({ name }) => name);
  // What a wrapper prints could repeat the environment.
  return makeSubmissionError({ ...answer, printed: redact(answer.printed, secretsOf(pending)), spec: pending.submission.spec, partitions, allowances });
}

/** Removes the secrets of an attempt that cannot give a job any more. Best effort: what became of the submission is what counts. */
async function removeUnused({ transport }: SlurmContext, { pending: { next }, planned: { plan } }: SentAttempt): Promise<void> {
  const isOurs = next.kind === "look" || (next.kind === "job" && next.reference.secretsFile === plan.secretsFile);
  if (!isOurs) await removeSecrets(transport, plan.secretsFile).catch(() => undefined);
}
