import { posix } from "node:path";
import { AbortedError } from "@hpckit/core";
import { SubmissionError, SubmissionKeyTakenError } from "../error/submission-errors.js";
import type { JobReference } from "../job/job-reference.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { parseIndexList } from "../queue/index-ranges.js";
import { noLook, type AbsenceTrack } from "./absence.js";
import { attemptName, claimFolder } from "./claim-folder.js";
import type { ClaimAttempt, ClaimedPlaces, FoundClaims } from "./claim-record.js";
import { decideClaims, type Decision } from "./decide-claims.js";
import { markOf } from "./submission-key.js";
import type { PlannedAttempt, Submission, SubmissionIdentity } from "./submission-plan.js";

/** How one submission ended. */
export type Settled = { readonly kind: "job"; readonly reference: JobReference; /** Nothing was queued for it by this call. */ readonly wasThere: boolean } | { readonly kind: "error"; readonly error: unknown };

/** What is to be done next for one submission. */
export type Next =
  /** `cause` is why the one before came to nothing, where that is known. */
  | { readonly kind: "attempt"; readonly number: number; readonly cause?: unknown }
  /** There may be a job: look for it. `cause` is why it is not known. */
  | { readonly kind: "look"; readonly cause: unknown }
  | Settled;

/** A submission that is looked for. */
export interface SoughtSubmission {
  readonly submission: SubmissionIdentity;
  /** Digest of its spec. */
  digest: string;
  next: Next;
  /** Attempts of this call that were claimed, and gave no job. */
  tries: number;
  /** How often it was looked for. */
  looks: number;
  /** The last of them. */
  planned: PlannedAttempt | undefined;
  track: AbsenceTrack;
  /** When its first attempt was claimed, over there; undefined while that is not known. */
  claimedAtSeconds: number | undefined;
}

/** A submission that somebody asked for. */
export interface OrderedSubmission {
  readonly submission: Submission;
  /** By which whoever asked can give up. */
  readonly signal: AbortSignal | undefined;
}

/** A submission on its way. */
export interface PendingSubmission extends SoughtSubmission, OrderedSubmission {
  readonly submission: Submission;
  /** Attempts of the number of the last that were sent before it, and had left no claim by then: a script of theirs may still come. */
  earlier: readonly PlannedAttempt[];
}

export const newSought = <Identity extends SubmissionIdentity>(submission: Identity, next: Next): SoughtSubmission & { readonly submission: Identity } => ({
  submission,
  next,
  digest: "",
  tries: 0,
  looks: 0,
  planned: undefined,
  track: noLook,
  claimedAtSeconds: undefined,
});

/** What follows from what is recorded. */
export function nextOf(context: SlurmContext, pending: SoughtSubmission, found: FoundClaims, cause: unknown): Next {
  pending.claimedAtSeconds ??= found.attempts.find(({ claimedAtSeconds }) => claimedAtSeconds !== undefined)?.claimedAtSeconds;
  const decision = decideClaims(found, pending.digest === "" ? undefined : pending.digest);
  switch (decision.kind) {
    case "free":
      // An attempt that left no claim was none.
      if (decision.attempt !== pending.planned?.request.attempt) pending.tries++;
      return { kind: "attempt", number: decision.attempt, cause };
    case "job":
      return { kind: "job", reference: referenceOf(context, pending, decision), wasThere: pending.looks === 0 && decision.attempt?.nonce !== pending.planned?.request.nonce };
    case "conflict":
      return { kind: "error", error: keyTaken(pending.submission.key, decision.attempt) };
    case "open":
      return { kind: "look", cause };
  }
}

/** The handle's content, from the record of the attempt that gave the job; it can be another's, with secrets of its own. */
export function referenceOf({ facts }: SlurmContext, { planned }: Pick<SoughtSubmission, "planned">, { id, submittedAtSeconds, attempt }: Pick<Extract<Decision, { kind: "job" }>, "id" | "submittedAtSeconds" | "attempt">): JobReference {
  const places: Partial<ClaimedPlaces> = attempt?.header?.places ?? planned?.request.header.places ?? {};
  const { name, workFolder, output, error, tasks, components, secretsFile } = places;
  return { id, cluster: facts.name, submittedAtSeconds, name, workFolder, output, error, tasks: tasks === undefined ? undefined : parseIndexList(tasks), components, secretsFile };
}

function keyTaken(key: string, { state }: ClaimAttempt): SubmissionKeyTakenError {
  const jobId = state.kind === "settled" ? state.id : state.kind === "answered" && state.answer.kind === "accepted" ? state.answer.id : undefined;
  const which = jobId === undefined ? "a submission that is not settled yet" : `job ${jobId}`;
  return new SubmissionKeyTakenError(`the key ${JSON.stringify(key)} belongs to ${which}, whose spec or launch is another: a key stands for one piece of work, so take another key for this one`, { key, jobId });
}

/** Why nothing is known after a look. @param failures - of those who could not be asked. */
export const whyUnknown = (failures: readonly Error[]): string =>
  failures.length === 0 ? "neither the records nor Slurm say so far what became of it" : `not all who could know could be asked what became of it (${[...new Set(failures.map(({ message }) => message))].join("; ")})`;

/** The error of a submission that may have given a job: with all that a person needs to find out. */
export function unknownOutcome(context: SlurmContext, sought: SoughtSubmission, why: string, cause: unknown): SubmissionError {
  const { byHand, detail } = openEnd(context, sought);
  return new SubmissionError("submission-unknown", `${cause instanceof Error ? cause.message : "no answer from sbatch"}; the job may exist: ${why}. ${byHand}`, { cause, outcome: "unknown", detail });
}

/** The error of a submission that its caller gave up when there could be a job already. */
export function abortedMidway(context: SlurmContext, pending: PendingSubmission): AbortedError {
  const { byHand, detail } = openEnd(context, pending);
  return new AbortedError(`the submission was aborted after it was sent, before it was known what became of it; the job may exist. ${byHand}`, { cause: pending.signal?.reason, detail: { outcome: "unknown", ...detail } });
}

/** The error of a submission that its caller gave up in time. */
export const abortedBefore = (signal: AbortSignal | undefined): AbortedError =>
  new AbortedError("the submission was aborted; nothing was queued", { cause: signal?.reason, detail: { outcome: "not-sent" } });

/** What a person needs to find out what became of a submission. */
function openEnd({ stateFolder, facts }: SlurmContext, { submission: { key, token }, planned }: SoughtSubmission): { readonly byHand: string; readonly detail: Readonly<Record<string, unknown>> } {
  const mark = markOf(token);
  const claims = posix.join(claimFolder(stateFolder, facts.name), attemptName(token, planned?.request.attempt ?? 1));
  return {
    byHand: `Submitting again under the key ${JSON.stringify(key)} goes on looking. By hand: squeue --states=all --Format=JobID,Comment:1024 and sacct --format=JobID,SubmitLine%1024, for ${mark}; then say what is true with submissions.resolve()`,
    detail: { key, mark, claims, secretsFile: planned?.plan.secretsFile },
  };
}
