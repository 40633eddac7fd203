import { AbortedError, TransportError, type Cancellable } from "@hpckit/core";
import { untilAborted } from "../concurrency/until-aborted.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { judgeAbsence, noLook, type EmptyLook } from "./absence.js";
import { claimFolder } from "./claim-folder.js";
import type { ClaimAttempt, FoundClaims } from "./claim-record.js";
import type { MarkedJob } from "./marked-jobs.js";
import { nextOf, referenceOf, unknownOutcome, type Next, type SoughtSubmission } from "./pending-submission.js";
import { markOf } from "./submission-key.js";
import { lookOverCommandLine, settleOverCommandLine } from "./submit-over-command-line.js";
import { newNonce } from "./submit-request.js";

/** What one look found: of each source its answer, or that it failed, which is no evidence. */
interface Look {
  readonly records: { readonly found: readonly FoundClaims[]; readonly nowSeconds: number } | undefined;
  readonly queue: readonly MarkedJob[] | undefined;
  /** Empty where there is no accounting. */
  readonly accounting: readonly MarkedJob[] | undefined;
}

/** What came of a look, beside what follows for each submission. */
export interface LookResult {
  /** Whether looking again can help. */
  readonly isHopeful: boolean;
  /** Why some could not be asked. */
  readonly failures: readonly Error[];
}

/** By clocks that differ, a job can have been submitted before it was claimed. */
const clockToleranceSeconds = 3600;

/**
 * Looks once for the jobs of all submissions that may have one: in the records over there, in the queue and in accounting, by their marks.
 * Each gets what follows; where nothing does, it stays to be looked for.
 * @throws AbortedError as soon as the signal has fired, whatever those who were asked still do; nothing else.
 */
export async function lookForJobs(context: SlurmContext, open: readonly SoughtSubmission[], { signal }: Cancellable = {}): Promise<LookResult> {
  const failures: Error[] = [];
  let isHopeful = true;
  const quietly = async <Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> => {
    if (!isHopeful) return undefined;
    return untilAborted(ask(), { signal }).catch((error: unknown) => {
      if (error instanceof AbortedError && signal?.aborted === true) throw error;
      isHopeful = !(error instanceof TransportError) || error.retryable;
      failures.push(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    });
  };
  const tokens = open.map(({ submission }) => submission.token);
  const marks = tokens.map(markOf);
  // Slurm first: a job that starts while we look has left its fence by the time the records are read.
  const queue = await quietly(() => context.backend.markedInQueue(marks, { signal }));
  const now = context.clock.now() / 1000;
  const since = Math.min(now, ...open.map(({ claimedAtSeconds }) => claimedAtSeconds ?? now)) - clockToleranceSeconds;
  const accounting = context.facts.accounting ? await quietly(() => context.backend.markedInAccounting(marks, since, { signal })) : [];
  const records = await quietly(() => lookOverCommandLine(context, claimFolder(context.stateFolder, context.facts.name), tokens, { signal }));
  for (const [index, pending] of open.entries()) await follow(context, pending, { records, queue, accounting }, index, { signal });
  for (const pending of open) pending.looks++;
  return { isHopeful, failures };
}

async function follow(context: SlurmContext, pending: SoughtSubmission, { records, queue, accounting }: Look, index: number, options: Cancellable): Promise<void> {
  const cause = pending.next.kind === "look" ? pending.next.cause : undefined;
  const found = records?.found[index];
  if (records === undefined || found === undefined) return;
  const next = nextOf(context, pending, found, cause);
  if (next.kind !== "look") {
    pending.next = next;
    return;
  }
  const mark = markOf(pending.submission.token);
  // Of two the one that was queued first; when one of them starts, the fence says which it was.
  const [job] = [...(queue ?? []), ...(accounting ?? [])].filter((each) => each.mark === mark && isOfRecords(each, found)).sort((one, other) => Number(one.id) - Number(other.id));
  if (job !== undefined) {
    pending.next = await recordJob(context, pending, found, job, options);
    return;
  }
  const attempt = found.attempts.at(-1);
  if (attempt === undefined) return;
  const look: EmptyLook = {
    attempt,
    nowMs: context.clock.monotonic(),
    thereSeconds: records.nowSeconds,
    queue: queue === undefined ? "failed" : "answered",
    accounting: !knowsInAccounting(context, attempt) ? "absent" : accounting === undefined ? "failed" : "answered",
    minJobAgeSeconds: context.facts.minJobAgeSeconds,
  };
  const absence = judgeAbsence(pending.track, look, context.patience.settleMs);
  if (absence.kind === "wait") pending.track = absence.track;
  else if (absence.kind === "not-submitted") {
    pending.next = { kind: "attempt", number: attempt.number + 1 };
    pending.track = noLook;
    pending.tries++;
  } else pending.next = { kind: "error", error: unknownOutcome(context, pending, "the controller remembers no job of that age, and there is no accounting", cause) };
}

/** A job of the same key that no attempt made belongs to records that were forgotten. Who has not recorded its attempt whole may have made any. */
const isOfRecords = ({ nonce }: MarkedJob, { attempts }: FoundClaims): boolean => attempts.some((attempt) => attempt.nonce === undefined || attempt.nonce === nonce);

/** Whether accounting can find the job of an attempt: by the command that queued it, or by its comment. */
const knowsInAccounting = ({ facts }: SlurmContext, { header }: ClaimAttempt): boolean => facts.accounting && (header?.over !== "rest" || facts.capabilities.accounting.stores.includes("job_comment"));

/** Writes the job down, so that it is known also when Slurm has forgotten it. If that fails, or is aborted, the job is known all the same. */
async function recordJob(context: SlurmContext, pending: SoughtSubmission, { attempts }: FoundClaims, job: MarkedJob, options: Cancellable): Promise<Next> {
  const last = attempts.at(-1);
  const own = attempts.find(({ nonce }) => nonce === job.nonce) ?? last;
  const header = own?.header ?? pending.planned?.request.header;
  if (last !== undefined && header !== undefined) {
    const verdict = { token: pending.submission.token, attempt: last.number + 1, nonce: newNonce(), header, id: job.id };
    await untilAborted(settleOverCommandLine(context, claimFolder(context.stateFolder, context.facts.name), [verdict], options), options).catch(() => undefined);
  }
  return { kind: "job", reference: referenceOf(context, pending, { ...job, attempt: own }), wasThere: false };
}
