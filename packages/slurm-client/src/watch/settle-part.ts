import type { AccountingRecord } from "../accounting/accounting-record.js";
import { decideOutcome, lostOutcome, type EndedRecord } from "../outcome/decide-outcome.js";
import type { Outcome } from "../outcome/outcome.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { finalState, type FinalState, type JobStateName } from "../state/job-state.js";
import type { Patience } from "./patience.js";

/** What was seen of a job, or of a part of it, that is no longer alive in the queue. */
export interface Absence {
  readonly sinceMs: number;
  /** How many successful answers knew nothing of it. */
  readonly emptyAnswers: number;
}

/** What one tick found out, whatever the job. */
export interface LookFacts {
  readonly nowMs: number;
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
  /** How often the job was seen to be queued again, and whether it was seen to run, before this look. */
  readonly restarts: number;
  readonly ran: boolean;
}

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
export function settlePart(before: Absence | undefined, look: Look): Settled {
  const { queue, accounting, accountingAnswer, patience, nowMs } = look;
  const absence = before ?? { sinceMs: nowMs, emptyAnswers: 0 };
  const waitedMs = nowMs - absence.sinceMs;
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
  return settleUnknown(absence, waitedMs, look);
}

function settleUnknown(absence: Absence, waitedMs: number, { accounting, accountingAnswer, patience, nowMs, restarts }: Look): Settled {
  const emptyAnswers = absence.emptyAnswers + 1;
  if (emptyAnswers < fewestEmptyAnswers || waitedMs < patience.lostMs) return { absence: { ...absence, emptyAnswers } };
  const why =
    accounting !== undefined
      ? `the queue does not know the job, and accounting still says ${accounting.state.raw}`
      : accountingAnswer === "absent"
        ? "the queue does not know the job (any more), and this cluster has no accounting"
        : "neither the queue nor accounting knows the job";
  return { outcome: lostOutcome(why, { observedAtSeconds: nowMs / 1000, restarts, rawState: accounting?.state.raw }) };
}

function fromAccounting(state: FinalState, look: Look): Outcome {
  const { accounting, queue, exitCodesAreShifted, nowMs } = look;
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
      observedAtSeconds: nowMs / 1000,
    },
  });
}

function fromQueue(row: QueueRow, state: FinalState, look: Look): Outcome {
  return decideOutcome({
    state,
    ...timesOf(look),
    exitCodeUncertain: false,
    evidence: { source: "controller", rawState: row.state.raw, rawExitCode: row.exitCode, reason: row.reason, observedAtSeconds: look.nowMs / 1000 },
  });
}

/** Only a job that had nodes has run; one that was queued again and is cancelled while it waits had some before. */
function timesOf({ queue, accounting, restarts, ran, users }: Look): Omit<EndedRecord, "state" | "evidence" | "exitCodeUncertain"> {
  const again = Math.max(restarts, queue?.restarts ?? 0);
  const startedAtSeconds = accounting?.startedAtSeconds ?? queue?.startedAtSeconds;
  const elapsedSeconds = accounting?.elapsedSeconds ?? queue?.elapsedSeconds;
  return {
    started: ran || again > 0 || (queue?.nodes ?? accounting?.nodes) !== undefined,
    startedAtSeconds,
    endedAtSeconds: accounting?.endedAtSeconds ?? (startedAtSeconds === undefined || elapsedSeconds === undefined ? undefined : startedAtSeconds + elapsedSeconds),
    elapsedSeconds,
    restarts: again,
    nodes: accounting?.nodes ?? queue?.nodes,
    derivedExitCode: accounting?.derivedExitCode,
    users,
  };
}
