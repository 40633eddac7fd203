import type { AccountingRecord } from "../accounting/accounting-record.js";
import type { JobReference } from "../job/job-reference.js";
import { eachIndex, includesIndex, joinRanges, rangesOf, subtractRanges, type IndexRanges } from "../queue/index-ranges.js";
import type { QueueRow } from "../queue/parse-queue.js";

/** What Slurm shows of a job or of some of its parts. */
export type Row = QueueRow | AccountingRecord;

/**
 * The parts of a job: the tasks of an array job, the components of a heterogeneous one; any other is its own part 0. What a reference does not
 * say rows do, as they come.
 */
export interface JobParts {
  readonly kind: "one" | "tasks" | "components";
  /** Those that have not ended. */
  readonly open: IndexRanges;
  /**
   * Since when all answers have named no further part, on a monotonic clock; -Infinity where the reference names all. Undefined while accounting has
   * not said which parts ended before they could be seen.
   */
  readonly namedSinceMs: number | undefined;
}

export function partsOfReference({ tasks, components }: JobReference): JobParts {
  if (tasks !== undefined) return { kind: "tasks", open: rangesOf(tasks), namedSinceMs: -Infinity };
  if (components !== undefined) return { kind: "components", open: [{ first: 0, last: components - 1 }], namedSinceMs: -Infinity };
  return { kind: "one", open: whole, namedSinceMs: undefined };
}

const whole: IndexRanges = [{ first: 0, last: 0 }];

/** Whether further parts may come to light. */
export const mayHaveMore = ({ kind, namedSinceMs }: JobParts): boolean => kind !== "one" && namedSinceMs !== -Infinity;

/** Which parts a row is about. One of an array that names no task says nothing of any. */
export const partsOfRow = ({ tasks, component }: Row, kind: JobParts["kind"]): IndexRanges =>
  tasks ?? (kind === "tasks" ? [] : component === undefined ? whole : [{ first: component, last: component }]);

/** Adds the parts that rows name, if the reference does not. @param ended - parts that have ended for good. */
export function withNamedParts<Parts extends JobParts>(parts: Parts, ended: ReadonlyMap<number, unknown>, rows: readonly Row[]): Parts {
  if (parts.namedSinceMs === -Infinity) return parts;
  const kind = parts.kind === "one" ? kindOf(rows) : parts.kind;
  if (kind === "one") return parts;
  const named = joinRanges(rows.map((row) => partsOfRow(row, kind)));
  const all = kind === "components" ? joinRanges([[{ first: 0, last: Math.max(1, named.at(-1)?.last ?? 0) }]]) : named;
  // Before anything was seen it was taken for its own part 0.
  if (kind !== parts.kind) return { ...parts, kind, open: all };
  const further = subtractRanges(all, joinRanges([parts.open, rangesOf([...ended.keys()])]));
  return further.length === 0 ? parts : { ...parts, open: joinRanges([parts.open, further]), namedSinceMs: undefined };
}

function kindOf(rows: readonly Row[]): JobParts["kind"] {
  const telling = rows.find(({ tasks, component }) => tasks !== undefined || component !== undefined);
  return telling === undefined ? "one" : telling.tasks === undefined ? "components" : "tasks";
}

/** Of several rows about one part the newest counts. */
export function newestByPart<Each extends Row>(rows: readonly Each[], wanted: IndexRanges, kind: JobParts["kind"]): ReadonlyMap<number, Each> {
  const found = new Map<number, Each>();
  const ascending = [...rows].sort((one, other) => (one.submittedAtSeconds ?? 0) - (other.submittedAtSeconds ?? 0));
  const all = [{ first: 0, last: Infinity }];
  for (const row of ascending) {
    const parts = partsOfRow(row, kind);
    for (const part of eachIndex(subtractRanges(parts, subtractRanges(all, wanted)))) found.set(part, row);
  }
  return found;
}

/** What the handle of one task sees: its own row, and nothing of the others. */
export function rowsOfHandle(rows: readonly QueueRow[], { task }: JobReference): readonly QueueRow[] {
  if (task === undefined) return rows;
  return rows.flatMap((row) => (row.tasks !== undefined && includesIndex(row.tasks, task) ? [{ ...row, tasks: rangesOf([task]) }] : []));
}
