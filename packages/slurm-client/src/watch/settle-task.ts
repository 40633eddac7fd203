import type { AccountingRecord } from "../accounting/accounting-record.js";
import { decideOutcome, lostOutcome } from "../outcome/decide-outcome.js";
import type { Outcome } from "../outcome/outcome.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { isFinal, type FinalState, type JobStateName } from "../state/job-state.js";
import type { Patience } from "./patience.js";

/** What was seen of a job, or of one task of an array, that is no longer alive in the queue. */
export interface Absence {
  readonly sinceMs: number;
  /** How many successful answers knew nothing of it. */
  readonly emptyAnswers: number;
}

/** One look. */
export interface Look {
  readonly nowMs: number;
  /** A successful answer of the queue; undefined if that did not know the job. */
  readonly queue: QueueRow | undefined;
  /** Accounting's: `undefined` if that answered and had no record. */
  readonly accounting: AccountingRecord | undefined;
  /** `absent`: the cluster has none; `failed`: it did not answer, which says nothing. */
  readonly accountingAnswer: "answered" | "failed" | "absent";
  readonly exitCodesAreShifted: boolean;
  readonly patience: Patience;
}

export type Settled = { readonly outcome: Outcome } | { readonly absence: Absence };

/** Ends after which a job may be queued again under its id. */
const mayComeBack: ReadonlySet<JobStateName> = new Set(["NODE_FAIL", "PREEMPTED", "BOOT_FAIL"]);

/** Fewest answers that must know nothing of a job before it is lost. */
const fewestEmptyAnswers = 3;

/**
 * Decides whether a job that is not alive in the queue has ended, and how. Pure.
 *
 * Guarantees: an outcome other than `lost` rests on a final state that Slurm showed; a failed tool decides nothing.
 */
export function settleTask(before: Absence | undefined, look: Look): Settled {
  const { queue, accounting, accountingAnswer, patience, nowMs } = look;
  const absence = before ?? { sinceMs: nowMs, emptyAnswers: 0 };
  const waitedMs = nowMs - absence.sinceMs;
  const recorded = accounting === undefined || !isFinal(accounting.state.base) ? undefined : accounting.state.base;
  const shown = queue === undefined || !isFinal(queue.state.base) ? undefined : queue.state.base;

  if (recorded !== undefined && (shown === undefined || shown === recorded)) {
    if (mayComeBack.has(recorded) && waitedMs < patience.requeueMs) return { absence };
    return { outcome: fromAccounting(recorded, look) };
  }
  if (queue !== undefined && shown !== undefined) {
    const neededMs = Math.max(accountingAnswer === "absent" ? 0 : patience.accountingMs, mayComeBack.has(shown) ? patience.requeueMs : 0);
    return waitedMs < neededMs ? { absence } : { outcome: fromQueue(queue, shown, nowMs) };
  }
  if (accountingAnswer === "failed") return { absence };
  return settleUnknown(absence, waitedMs, look);
}

function settleUnknown(absence: Absence, waitedMs: number, { accounting, accountingAnswer, patience, nowMs }: Look): Settled {
  const emptyAnswers = absence.emptyAnswers + 1;
  if (emptyAnswers < fewestEmptyAnswers || waitedMs < patience.lostMs) return { absence: { ...absence, emptyAnswers } };
  const why =
    accounting !== undefined
      ? `the queue does not know the job, and accounting still says ${accounting.state.raw}`
      : accountingAnswer === "absent"
        ? "the queue does not know the job (any more), and this cluster has no accounting"
        : "neither the queue nor accounting knows the job";
  return { outcome: lostOutcome(why, nowMs / 1000, accounting?.state.raw) };
}

function fromAccounting(state: FinalState, { accounting, queue, exitCodesAreShifted, nowMs }: Look): Outcome {
  const exact = queue?.exitCode;
  return decideOutcome({
    state,
    elapsedSeconds: accounting?.elapsedSeconds ?? queue?.elapsedSeconds,
    exitCodeUncertain: exact === undefined && exitCodesAreShifted,
    evidence: {
      source: "accounting",
      rawState: accounting?.state.raw,
      rawExitCode: exact ?? accounting?.exitCode,
      reason: accounting?.reason ?? queue?.reason,
      observedAtSeconds: nowMs / 1000,
    },
  });
}

function fromQueue(row: QueueRow, state: FinalState, nowMs: number): Outcome {
  return decideOutcome({
    state,
    elapsedSeconds: row.elapsedSeconds,
    exitCodeUncertain: false,
    evidence: { source: "controller", rawState: row.state.raw, rawExitCode: row.exitCode, reason: row.reason, observedAtSeconds: nowMs / 1000 },
  });
}
