import type { AccountingRecord } from "../accounting/accounting-record.js";
import { decideOutcome, lostOutcome, type EndedRecord } from "../outcome/decide-outcome.js";
import type { Outcome } from "../outcome/outcome.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { finalState, type FinalState, type JobStateName } from "../state/job-state.js";
import type { Patience } from "./patience.js";

/** What was seen of a job, or of a part of it, that is no longer alive in the queue. Milliseconds are of a monotonic clock. */
export interface Absence {
  readonly sinceMs: number;
  /** The last that the queue showed of it: Slurm forgets jobs that ended, on some sites after seconds. */
  readonly seen: QueueRow | undefined;
  /** Answers in a row that knew nothing of it, and since when. */
  readonly unknown: { readonly sinceMs: number; readonly answers: number };
}

/** What one tick found out, whatever the job. */
export interface LookFacts {
  /** Milliseconds of a monotonic clock. */
  readonly atMs: number;
  /** Seconds since the epoch. */
  readonly observedAtSeconds: number;
  /** Since when, of the same clock as `atMs`, neither the queue nor accounting failed to answer: who was away may be behind. */
  readonly answeringSinceMs: number;
  /** `absent`: the cluster has none; `failed`: it did not answer, which says nothing. */
  readonly accountingAnswer: "answered" | "failed" | "absent";
  readonly exitCodesAreShifted: boolean;
  /** Names of users that are known here, by uid. */
  readonly users: ReadonlyMap<number, string>;
  readonly patience: Patience;
}

/** One look at one part of a job. */
export interface Look extends LookFacts {
  /** A successful answer of the queue; undefined if that did not know the part. */
  readonly queue: QueueRow | undefined;
  /** Accounting's: `undefined` if that answered and had no record. */
  readonly accounting: AccountingRecord | undefined;
  /** What the queue showed of it at the look before. */
  readonly lastSeen: QueueRow | undefined;
}

/** With the last that the queue ever showed of it. */
type SeenLook = Look & { readonly seen: QueueRow | undefined };

export type Settled = { readonly outcome: Outcome } | { readonly absence: Absence };

/** Ends after which a job may be queued again under its id. */
const mayComeBack: ReadonlySet<JobStateName> = new Set(["NODE_FAIL", "PREEMPTED", "BOOT_FAIL"]);

/** Fewest answers that must know nothing of a job before it is lost. */
const fewestEmptyAnswers = 3;

/**
 * Decides whether a part of a job that is not alive in the queue has ended, and how. Pure.
 *
 * Guarantees: an outcome other than `lost` rests on a final state that Slurm showed; a failed tool decides nothing.
 */
export function settlePart(before: Absence | undefined, given: Look): Settled {
  const { accountingAnswer, patience, atMs } = given;
  const seen = given.queue ?? before?.seen ?? given.lastSeen;
  const absence = { sinceMs: atMs, unknown: { sinceMs: atMs, answers: 0 }, ...before, seen };
  const look = { ...given, ...ofLastRun(seen, given), seen };
  const { queue, accounting } = look;
  const waitedMs = atMs - absence.sinceMs;
  const recorded = accounting && finalState(accounting.state);
  const shown = queue && finalState(queue.state);

  if (recorded !== undefined && (shown === undefined || shown === recorded)) {
    if (mayComeBack.has(recorded) && waitedMs < patience.requeueMs) return { absence };
    return { outcome: fromAccounting(recorded, look) };
  }
  if (queue !== undefined && shown !== undefined) {
    const neededMs = Math.max(accountingAnswer === "absent" ? 0 : patience.accountingMs, mayComeBack.has(shown) ? patience.requeueMs : 0);
    return waitedMs < neededMs ? { absence } : { outcome: fromQueue(queue, shown, look) };
  }
  if (accountingAnswer === "failed") return { absence };
  return settleUnknown(absence, look);
}

/**
 * What tells of the last run that is known of. Slurm keeps a job's id when it queues it again, and gives it a later time of submission, the same in
 * the queue and in accounting: while that is behind, its newest record is of a run before. An end that the queue showed counts also when it has
 * forgotten the job.
 */
function ofLastRun(seen: QueueRow | undefined, { queue, accounting }: Look): Pick<Look, "queue" | "accounting"> {
  const shown = queue ?? (seen !== undefined && finalState(seen.state) !== undefined ? seen : undefined);
  const [recordedAt, seenAt] = [accounting?.submittedAtSeconds, seen?.submittedAtSeconds];
  if (recordedAt === undefined || seenAt === undefined || recordedAt === seenAt) return { queue: shown, accounting };
  return recordedAt < seenAt ? { queue: shown, accounting: undefined } : { queue, accounting };
}

function settleUnknown(absence: Absence, { accounting, accountingAnswer, answeringSinceMs, patience, atMs, observedAtSeconds, seen }: SeenLook): Settled {
  const before = absence.unknown.sinceMs < answeringSinceMs ? { sinceMs: atMs, answers: 0 } : absence.unknown;
  const unknown = { ...before, answers: before.answers + 1 };
  if (unknown.answers < fewestEmptyAnswers || atMs - unknown.sinceMs < patience.lostMs) return { absence: { ...absence, unknown } };
  const why =
    accounting !== undefined
      ? `the queue does not know the job, and accounting still says ${accounting.state.raw}`
      : accountingAnswer === "absent"
        ? "the queue does not know the job (any more), and this cluster has no accounting"
        : "neither the queue nor accounting knows the job, or its last run";
  return { outcome: lostOutcome(why, { observedAtSeconds, restarts: seen?.restarts ?? 0, rawState: accounting?.state.raw }) };
}

function fromAccounting(state: FinalState, look: SeenLook): Outcome {
  const { accounting, queue, exitCodesAreShifted, observedAtSeconds } = look;
  const exact = queue?.exitCode;
  return decideOutcome({
    state,
    ...timesOf(look),
    exitCodeUncertain: exact === undefined && exitCodesAreShifted,
    evidence: {
      source: "accounting",
      rawState: accounting?.state.raw,
      rawExitCode: exact ?? accounting?.exitCode,
      // The controller's is the last one; accounting's can be one that the job once waited for.
      reason: queue?.reason ?? accounting?.reason,
      observedAtSeconds,
    },
  });
}

function fromQueue(row: QueueRow, state: FinalState, look: SeenLook): Outcome {
  return decideOutcome({
    state,
    ...timesOf(look),
    exitCodeUncertain: false,
    evidence: { source: "controller", rawState: row.state.raw, rawExitCode: row.exitCode, reason: row.reason, observedAtSeconds: look.observedAtSeconds },
  });
}

/** Only a job that had nodes has run; one that was queued again and is cancelled while it waits had some before. */
function timesOf({ queue, accounting, seen, users }: SeenLook): Omit<EndedRecord, "state" | "evidence" | "exitCodeUncertain"> {
  const restarts = seen?.restarts ?? 0;
  const startedAtSeconds = accounting?.startedAtSeconds ?? queue?.startedAtSeconds;
  const elapsedSeconds = accounting?.elapsedSeconds ?? queue?.elapsedSeconds;
  return {
    started: restarts > 0 || (seen?.nodes ?? accounting?.nodes) !== undefined,
    startedAtSeconds,
    endedAtSeconds: accounting?.endedAtSeconds ?? (startedAtSeconds === undefined || elapsedSeconds === undefined ? undefined : startedAtSeconds + elapsedSeconds),
    elapsedSeconds,
    restarts,
    nodes: accounting?.nodes ?? queue?.nodes,
    derivedExitCode: accounting?.derivedExitCode,
    users,
  };
}
