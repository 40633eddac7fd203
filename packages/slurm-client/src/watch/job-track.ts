import type { AccountingRecord } from "../accounting/accounting-record.js";
import type { JobReference } from "../job/job-reference.js";
import { combineComponents, combineTasks } from "../outcome/combine-outcomes.js";
import { lostOutcome } from "../outcome/decide-outcome.js";
import type { Outcome } from "../outcome/outcome.js";
import { eachIndex, joinRanges, rangesOf, subtractRanges, type IndexRanges } from "../queue/index-ranges.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { finalState } from "../state/job-state.js";
import { isSameEvent, type JobEvent } from "./job-event.js";
import { mayHaveMore, newestByPart, partsOfReference, partsOfRow, rowsOfHandle, withNamedParts, type JobParts, type Row } from "./job-parts.js";
import { liveEvent, outcomeEvent } from "./make-event.js";
import { settlePart, type Absence, type LookFacts } from "./settle-part.js";

/** What is known of a job from all looks so far. Immutable. */
export interface JobTrack extends JobParts {
  readonly last: JobEvent | undefined;
  /** Rows of the queue at the last look. */
  readonly rows: readonly QueueRow[];
  readonly absences: ReadonlyMap<number, Absence>;
  /** Of parts that have ended for good. */
  readonly ended: ReadonlyMap<number, Outcome>;
  readonly outcome: Outcome | undefined;
}

export const newTrack = (job: JobReference): JobTrack => ({ ...partsOfReference(job), last: undefined, rows: [], absences: noAbsences, ended: new Map(), outcome: undefined });

const noAbsences: ReadonlyMap<number, Absence> = new Map();

/** What one tick found out about one job. */
export interface JobLook extends LookFacts {
  readonly queue: readonly QueueRow[];
  readonly accounting: readonly AccountingRecord[];
}

/** The clocks of a login node and of the controller may differ; ids come again after months, not minutes. */
export const clockToleranceSeconds = 600;

/** All rows of an answer by their job, so that a tick over many jobs reads each row once. */
export function groupByJob<Each extends Row>(rows: readonly Each[]): ReadonlyMap<string, readonly Each[]> {
  const found = new Map<string, Each[]>();
  for (const row of rows) {
    const known = found.get(row.jobId);
    if (known === undefined) found.set(row.jobId, [row]);
    else known.push(row);
  }
  return found;
}

/** Rows about this very job: an older one may have had the id. A requeue gives a job a later time of submission. */
export const ownRows = <Each extends Pick<Row, "jobId" | "submittedAtSeconds">>(rows: readonly Each[], job: JobReference): readonly Each[] =>
  rows.filter((row) => row.jobId === job.id && (row.submittedAtSeconds ?? Infinity) >= job.submittedAtSeconds - clockToleranceSeconds);

/** Whether accounting must be asked: some part is not alive in the queue, or may have ended before it could be seen there. */
export function needsAccounting(before: JobTrack, queue: readonly QueueRow[]): boolean {
  if (saysTheSame(before, queue)) return false;
  const track = withNamedParts(before, before.ended, queue);
  return isSeekingParts(track) || missingParts(track, queue).length > 0;
}

/** Whether the queue shows just what it showed at the last look, when no part was missing. Rows that are the same are the same objects. */
const saysTheSame = (track: JobTrack, queue: readonly QueueRow[]): boolean =>
  track.last !== undefined && !isSeekingParts(track) && track.absences.size === 0 && track.rows.length > 0 && track.rows.length === queue.length && track.rows.every((row, index) => row === queue[index]);

/** Whether it is still to be found out which parts there are. */
const isSeekingParts = (track: JobTrack): boolean => mayHaveMore(track) && (track.namedSinceMs === undefined || track.open.length === 0);

/** Takes in one look. Pure; gives the same track if the queue says the same. */
export function observe(before: JobTrack, job: JobReference, look: JobLook): JobTrack {
  if (look.accounting.length === 0 && saysTheSame(before, look.queue)) return before;
  const track = withParts(before, look);
  const missing = missingParts(track, look.queue);
  const { ended, absences } = missing.length === 0 ? { ended: track.ended, absences: noAbsences } : settle(track, missing, look);
  const open = ended === track.ended ? track.open : subtractRanges(track.open, rangesOf([...ended.keys()]));
  const outcome = open.length === 0 && hasNamedAll(track, look) ? wholeOutcome(track, ended, look) : undefined;
  const rows = rowsOfHandle(look.queue, job);
  const seen = outcome === undefined ? liveEvent(track.last, { alive: rows.filter(isAlive), ended: track.kind === "tasks" ? ended : undefined, observedAtSeconds: look.observedAtSeconds }) : outcomeEvent(outcome, track.last, rows);
  const last = seen === undefined || (track.last !== undefined && isSameEvent(seen, track.last) && outcome === undefined) ? track.last : seen;
  return { ...track, last, rows: look.queue, open, absences, ended, outcome };
}

/** With the parts that came to light: where accounting did not fail, nothing is hidden but what it is late with. */
function withParts(before: JobTrack, { queue, accounting, accountingAnswer, atMs }: JobLook): JobTrack {
  const track = withNamedParts(withNamedParts(before, before.ended, queue), before.ended, accounting);
  return mayHaveMore(track) && track.namedSinceMs === undefined && accountingAnswer !== "failed" ? { ...track, namedSinceMs: atMs } : track;
}

/** Whether there is no further part, as far as anybody knows. */
const hasNamedAll = (track: JobTrack, { accountingAnswer, atMs, patience }: JobLook): boolean =>
  !mayHaveMore(track) || accountingAnswer === "absent" || (accountingAnswer === "answered" && track.namedSinceMs !== undefined && atMs - track.namedSinceMs >= patience.accountingMs);

const isAlive = (row: QueueRow): boolean => finalState(row.state) === undefined;

function missingParts({ open, kind }: JobTrack, queue: readonly QueueRow[]): IndexRanges {
  const [only, ...others] = queue.filter(isAlive);
  return subtractRanges(open, only !== undefined && others.length === 0 ? partsOfRow(only, kind) : joinRanges(queue.filter(isAlive).map((row) => partsOfRow(row, kind))));
}

function settle({ kind, rows, ...track }: JobTrack, missing: IndexRanges, look: JobLook): Pick<JobTrack, "ended" | "absences"> {
  const queue = newestByPart(look.queue, missing, kind);
  const accounting = newestByPart(look.accounting, missing, kind);
  const lastSeen = newestByPart(rows, missing, kind);
  const ended = new Map(track.ended);
  const absences = new Map<number, Absence>();
  for (const part of eachIndex(missing)) {
    const settled = settlePart(track.absences.get(part), { ...look, lastSeen: lastSeen.get(part), queue: queue.get(part), accounting: accounting.get(part) });
    if ("outcome" in settled) ended.set(part, settled.outcome);
    else absences.set(part, settled.absence);
  }
  return { ended: ended.size === track.ended.size ? track.ended : ended, absences };
}

function wholeOutcome(track: JobTrack, ended: ReadonlyMap<number, Outcome>, { accountingAnswer, observedAtSeconds }: JobLook): Outcome | undefined {
  const parts = [...ended].sort(([one], [other]) => one - other);
  if (track.kind === "one") return ended.get(0);
  const outcome = track.kind === "tasks" ? combineTasks(parts.map(([task, each]) => ({ ...each, task }))) : combineComponents(parts.map(([component, each]) => ({ ...each, component })));
  // Of what ended before it was looked at nobody knows here, nor whether there was any.
  if (outcome.kind !== "completed" || !mayHaveMore(track) || accountingAnswer !== "absent") return outcome;
  const why = `all ${track.kind} that were seen have completed, but some may have ended before, and this cluster has no accounting: a reference that names its ${track.kind} is sure`;
  return { ...lostOutcome(why, { observedAtSeconds, restarts: outcome.restarts }), tasks: outcome.tasks, components: outcome.components };
}
