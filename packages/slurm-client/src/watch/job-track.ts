import type { AccountingRecord } from "../accounting/accounting-record.js";
import type { JobReference } from "../job/job-reference.js";
import { combineComponents, combineTasks } from "../outcome/combine-outcomes.js";
import type { Outcome } from "../outcome/outcome.js";
import { eachIndex, joinRanges, rangesOf, subtractRanges, type IndexRanges } from "../queue/index-ranges.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { finalState } from "../state/job-state.js";
import { isSameEvent, type JobEvent } from "./job-event.js";
import { liveEvent, outcomeEvent } from "./make-event.js";
import { settlePart, type Absence, type LookFacts } from "./settle-part.js";

/**
 * What is known of a job from all looks so far. Immutable. A job has parts: the tasks of an array job, the components of a
 * heterogeneous one; any other is its own part 0.
 */
export interface JobTrack {
  readonly last: JobEvent | undefined;
  /** Rows of the queue at the last look. */
  readonly rows: readonly QueueRow[];
  /** Parts that have not ended. */
  readonly open: IndexRanges;
  readonly absences: ReadonlyMap<number, Absence>;
  /** Of parts that have ended for good. */
  readonly ended: ReadonlyMap<number, Outcome>;
  readonly outcome: Outcome | undefined;
}

export const newTrack = ({ tasks, components = 1 }: JobReference): JobTrack => ({
  last: undefined,
  rows: [],
  open: tasks === undefined ? [{ first: 0, last: components - 1 }] : rangesOf(tasks),
  absences: new Map(),
  ended: new Map(),
  outcome: undefined,
});

/** What one tick found out about one job. */
export interface JobLook extends LookFacts {
  readonly queue: readonly QueueRow[];
  readonly accounting: readonly AccountingRecord[];
}

/** The clocks of a login node and of the controller may differ; ids come again after months, not minutes. */
const clockToleranceSeconds = 600;

type Row = QueueRow | AccountingRecord;

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

/** Whether accounting must be asked: some part is not alive in the queue. */
export const needsAccounting = (track: JobTrack, job: JobReference, queue: readonly QueueRow[]): boolean =>
  !saysTheSame(track, queue) && missingParts(withComponents(track, job, queue), queue).length > 0;

/** Whether the queue shows just what it showed at the last look, when no part was missing. Rows that are the same are the same objects. */
const saysTheSame = ({ rows, absences, last }: JobTrack, queue: readonly QueueRow[]): boolean =>
  last !== undefined && absences.size === 0 && rows.length > 0 && rows.length === queue.length && rows.every((row, index) => row === queue[index]);

/** Takes in one look. Pure; gives the same track if the queue says the same. */
export function observe(before: JobTrack, job: JobReference, look: JobLook): JobTrack {
  if (look.accounting.length === 0 && saysTheSame(before, look.queue)) return before;
  const track = withComponents(withComponents(before, job, look.queue), job, look.accounting);
  const missing = missingParts(track, look.queue);
  const { ended, absences } = missing.length === 0 ? { ended: track.ended, absences: noAbsences } : settle(track, missing, look);
  const open = ended === track.ended ? track.open : subtractRanges(track.open, rangesOf([...ended.keys()]));
  const outcome = open.length === 0 ? wholeOutcome(job, ended) : undefined;
  const alive = look.queue.filter(isAlive);
  const seen = outcome === undefined ? liveEvent(track.last, { alive, ended: job.tasks && ended, nowMs: look.nowMs }) : outcomeEvent(outcome, track.last, look.queue);
  const last = seen === undefined || (track.last !== undefined && isSameEvent(seen, track.last) && outcome === undefined) ? track.last : seen;
  return { last, rows: look.queue, open, absences, ended, outcome };
}

const noAbsences: ReadonlyMap<number, Absence> = new Map();

const isAlive = (row: QueueRow): boolean => finalState(row.state) === undefined;

const whole: IndexRanges = [{ first: 0, last: 0 }];

const partsOf = ({ tasks, component }: Row): IndexRanges => tasks ?? (component === undefined ? whole : [{ first: component, last: component }]);

function missingParts({ open }: JobTrack, queue: readonly QueueRow[]): IndexRanges {
  const [only, ...others] = queue.filter(isAlive);
  return subtractRanges(open, only !== undefined && others.length === 0 ? partsOf(only) : joinRanges(queue.filter(isAlive).map(partsOf)));
}

/** A reference may not say how many components a job has: rows do, and there are always two at least. */
function withComponents(track: JobTrack, job: JobReference, rows: readonly Row[]): JobTrack {
  if (job.tasks !== undefined || rows.every(({ component }) => component === undefined)) return track;
  const highest = rows.reduce((most, { component }) => (component === undefined ? most : Math.max(most, component, 1)), 0);
  const known = highestPart(track);
  return highest <= known ? track : { ...track, open: joinRanges([track.open, [{ first: known + 1, last: highest }]]) };
}

const highestPart = ({ open, ended }: JobTrack): number => [...ended.keys()].reduce((most, part) => Math.max(most, part), open.at(-1)?.last ?? 0);

function settle(track: JobTrack, missing: IndexRanges, look: JobLook): Pick<JobTrack, "ended" | "absences"> {
  const queue = newestByPart(look.queue, missing);
  const accounting = newestByPart(look.accounting, missing);
  const ended = new Map(track.ended);
  const absences = new Map<number, Absence>();
  const before = seenBefore(track);
  for (const part of eachIndex(missing)) {
    const settled = settlePart(track.absences.get(part), { ...look, ...before, queue: queue.get(part), accounting: accounting.get(part) });
    if ("outcome" in settled) ended.set(part, settled.outcome);
    else absences.set(part, settled.absence);
  }
  return { ended: ended.size === track.ended.size ? track.ended : ended, absences };
}

/** What events said of the whole job; those of an array say nothing of one task. */
function seenBefore({ last }: JobTrack): { readonly restarts: number; readonly ran: boolean } {
  if (last === undefined || last.tasks !== undefined) return { restarts: 0, ran: false };
  return { restarts: last.restarts, ran: last.state === "RUNNING" || last.state === "SUSPENDED" };
}

/** Of several rows about one part the newest counts. */
function newestByPart<Each extends Row>(rows: readonly Each[], wanted: IndexRanges): ReadonlyMap<number, Each> {
  const found = new Map<number, Each>();
  const ascending = [...rows].sort((one, other) => (one.submittedAtSeconds ?? 0) - (other.submittedAtSeconds ?? 0));
  const all = [{ first: 0, last: Infinity }];
  for (const row of ascending) {
    const parts = partsOf(row);
    for (const part of eachIndex(subtractRanges(parts, subtractRanges(all, wanted)))) found.set(part, row);
  }
  return found;
}

function wholeOutcome(job: JobReference, ended: ReadonlyMap<number, Outcome>): Outcome | undefined {
  const parts = [...ended].sort(([one], [other]) => one - other);
  if (job.tasks !== undefined) return combineTasks(parts.map(([task, outcome]) => ({ ...outcome, task })));
  if (parts.length > 1) return combineComponents(parts.map(([component, outcome]) => ({ ...outcome, component })));
  return ended.get(0);
}
