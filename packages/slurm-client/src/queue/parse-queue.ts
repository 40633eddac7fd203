import { OutputUnreadableError } from "@hpckit/core";
import { readDuration, readEpoch } from "../cluster/slurm-values.js";
import { parseState, type JobState } from "../state/job-state.js";
import { parseJobId, type RowId } from "./parse-job-id.js";
import { fieldEnd, queueColumns } from "./queue-format.js";

/** What the queue says of a job, of some tasks of an array job, or of one component of a heterogeneous job. */
export interface QueueRow extends RowId {
  readonly state: JobState;
  /** As squeue wrote it: a wait status in 22.05 (`768`), later `3:0`. Exact, unlike sacct's. */
  readonly exitCode: string;
  readonly elapsedSeconds: number | undefined;
  /** How often it was queued again. */
  readonly restarts: number;
  readonly reason: string | undefined;
  /** Nodes in Slurm's short form, e.g. `c[1-3]`. */
  readonly nodes: string | undefined;
  /** Seconds since the epoch. */
  readonly submittedAtSeconds: number | undefined;
  /** Of a job that waits: when it is expected to. */
  readonly startedAtSeconds: number | undefined;
}

/**
 * Reads what squeue printed with `queueFormat(recordEnd)`.
 *
 * Guarantees: every row that was printed is returned whole, or the call throws. (That nothing was cut *between* rows is the
 * transport's to know: it frames the output.)
 * @throws OutputUnreadableError
 */
export const parseQueue: QueueReader = (stdout, recordEnd) => splitRecords(stdout, recordEnd).map(parseRow);

export type QueueReader = (stdout: string, recordEnd: string) => readonly QueueRow[];

/** Reads one answer after another as {@link parseQueue} does. A row that was in the answer before is the same object: most say nothing new. */
export function createQueueReader(): QueueReader {
  let before: ReadonlyMap<string, QueueRow> = new Map();
  return (stdout, recordEnd) => {
    const now = new Map<string, QueueRow>();
    for (const record of splitRecords(stdout, recordEnd)) now.set(record, before.get(record) ?? parseRow(record));
    before = now;
    return [...now.values()];
  };
}

/** The records that squeue printed, each on a line of its own. @throws OutputUnreadableError if the text ends inside one. */
export function splitRecords(stdout: string, recordEnd: string): readonly string[] {
  const records = stdout.split(recordEnd);
  const rest = records.pop() ?? "";
  if (rest.trim() !== "") throw new OutputUnreadableError("squeue", "the output ends inside a row", rest);
  return records.map((record) => record.replace(/^\r?\n/, ""));
}

const columnCount = Object.keys(queueColumns).length;

function parseRow(record: string): QueueRow {
  const fields = record.split(fieldEnd);
  const [id = "", state = "", submittedAt = "", startedAt = "", elapsed = "", exitCode = "", restarts = "", nodes = ""] = fields;
  const { jobId, tasks, component } = parseJobId(id, "squeue");
  if (fields.length < columnCount) throw new OutputUnreadableError("squeue", `a row of ${fields.length} fields`, record);
  const reason = fields.length === columnCount ? (fields[columnCount - 1] ?? "") : fields.slice(columnCount - 1).join(fieldEnd);
  // Written out: spreading is most of the time of an answer with thousands of rows.
  return {
    jobId,
    tasks,
    component,
    state: parseState(state),
    exitCode,
    elapsedSeconds: readDuration(elapsed),
    restarts: /^\d+$/.test(restarts) ? Number(restarts) : 0,
    reason: reason === "None" || reason === "" ? undefined : reason,
    nodes: nodes === "" ? undefined : nodes,
    submittedAtSeconds: readEpoch(submittedAt),
    startedAtSeconds: readEpoch(startedAt),
  };
}
