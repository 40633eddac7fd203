import type { AccountingRecord } from "../accounting/accounting-record.js";
import type { JobReference } from "../job/job-reference.js";
import { combineOutcomes } from "../outcome/decide-outcome.js";
import type { Outcome, TaskOutcome } from "../outcome/outcome.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { isFinal } from "../state/job-state.js";
import type { JobEvent } from "./job-event.js";
import { liveEvent, outcomeEvent } from "./make-event.js";
import { settleTask, type Absence, type Look } from "./settle-task.js";

/** The task of a job that is no array. */
const whole = -1;

/** What is known of a job from all looks so far. Immutable. */
export interface JobTrack {
  readonly last: JobEvent | undefined;
  readonly absences: ReadonlyMap<number, Absence>;
  /** Of tasks that have ended for good. */
  readonly ended: ReadonlyMap<number, Outcome>;
  readonly outcome: Outcome | undefined;
}

export const newTrack: JobTrack = { last: undefined, absences: new Map(), ended: new Map(), outcome: undefined };

/** What one tick found out about one job. */
export interface JobLook extends Omit<Look, "queue" | "accounting"> {
  readonly queue: readonly QueueRow[];
  readonly accounting: readonly AccountingRecord[];
}

/** The clocks of a login node and of the controller may differ; ids come again after months, not minutes. */
const clockToleranceSeconds = 600;

/** Rows about this very job: an older one may have had the id. */
export const ownRows = <Row extends { readonly jobId: string; readonly submittedAtSeconds: number | undefined }>(rows: readonly Row[], job: JobReference): readonly Row[] =>
  rows.filter((row) => row.jobId === job.id && (row.submittedAtSeconds ?? Infinity) >= job.submittedAtSeconds - clockToleranceSeconds);

/** Whether accounting must be asked: some task is not alive in the queue. */
export function needsAccounting(track: JobTrack, job: JobReference, queue: readonly QueueRow[]): boolean {
  const rows = byTask(queue);
  return tasksOf(job).some((task) => !track.ended.has(task) && !isAlive(rows.get(task)));
}

/** Takes in one look. Pure. */
export function observe(track: JobTrack, job: JobReference, look: JobLook): JobTrack {
  const queue = byTask(look.queue);
  const accounting = byTask(look.accounting);
  const absences = new Map<number, Absence>();
  const ended = new Map(track.ended);
  for (const task of tasksOf(job)) {
    if (ended.has(task) || isAlive(queue.get(task))) continue;
    const settled = settleTask(track.absences.get(task), { ...look, queue: queue.get(task), accounting: accounting.get(task) });
    if ("outcome" in settled) ended.set(task, settled.outcome);
    else absences.set(task, settled.absence);
  }
  const outcome = wholeOutcome(job, ended);
  const alive = look.queue.filter(isAlive);
  const seen = outcome === undefined ? liveEvent(track.last, { alive, ended: job.tasks && [...ended.values()], nowMs: look.nowMs }) : outcomeEvent(outcome, track.last, look.queue);
  return { last: seen ?? track.last, absences, ended, outcome };
}

const tasksOf = (job: JobReference): readonly number[] => job.tasks ?? [whole];

const isAlive = (row: QueueRow | undefined): row is QueueRow => row !== undefined && !isFinal(row.state.base);

/** Of several rows about one task the newest counts, and one that is alive before one that is not. */
function byTask<Row extends QueueRow | AccountingRecord>(rows: readonly Row[]): ReadonlyMap<number, Row> {
  const found = new Map<number, Row>();
  const ascending = [...rows].sort((one, other) => (one.submittedAtSeconds ?? 0) - (other.submittedAtSeconds ?? 0) || Number(!isFinal(one.state.base)) - Number(!isFinal(other.state.base)));
  for (const row of ascending) for (const task of row.tasks ?? [whole]) found.set(task, row);
  return found;
}

function wholeOutcome(job: JobReference, ended: ReadonlyMap<number, Outcome>): Outcome | undefined {
  const tasks = tasksOf(job);
  if (ended.size < tasks.length) return undefined;
  if (job.tasks === undefined) return ended.get(whole);
  return combineOutcomes(job.tasks.flatMap((task): TaskOutcome[] => {
    const outcome = ended.get(task);
    return outcome === undefined ? [] : [{ ...outcome, task }];
  }));
}
