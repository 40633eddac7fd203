import { OutputUnreadableError } from "@hpckit/core";
import { readDuration, readMoment } from "../jobs/read-fields.js";
import { parseState, type JobState } from "../state/job-state.js";
import { parseIndexRanges, type IndexRanges } from "./index-ranges.js";
import { fieldEnd, queueColumns } from "./queue-format.js";

/** What the queue says of a job, of some tasks of an array job, or of one component of a heterogeneous job. */
export interface QueueRow {
  /** Of an array's task: the array's id. Of a component: the leader's. */
  readonly jobId: string;
  /** Tasks of an array that this row is about; undefined for a job that is none. */
  readonly tasks: IndexRanges | undefined;
  /** Which component of a heterogeneous job, from 0; undefined for any other job. */
  readonly component: number | undefined;
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
export const parseQueue = (stdout: string, recordEnd: string): readonly QueueRow[] => splitRecords(stdout, recordEnd).map(parseRow);

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
  const [ownId = "", task = "", hetJobId = "", hetOffset = "", state = "", submittedAt = "", startedAt = "", elapsed = "", exitCode = "", restarts = "", nodes = ""] = fields;
  if (!isJobId(ownId)) throw new OutputUnreadableError("squeue", "a row without a job id", record);
  if (fields.length < columnCount) throw new OutputUnreadableError("squeue", `a row of ${fields.length} fields`, record);
  const reason = fields.length === columnCount ? (fields[columnCount - 1] ?? "") : fields.slice(columnCount - 1).join(fieldEnd);
  const isComponent = hasLeader(hetJobId, hetOffset);
  // Written out: spreading is most of the time of an answer with thousands of rows.
  return {
    jobId: isComponent ? hetJobId : ownId,
    tasks: readTasks(task),
    component: isComponent ? Number(hetOffset) : undefined,
    state: parseState(state),
    exitCode,
    elapsedSeconds: readDuration(elapsed),
    restarts: /^\d+$/.test(restarts) ? Number(restarts) : 0,
    reason: reason === "None" || reason === "" ? undefined : reason,
    nodes: nodes === "" ? undefined : nodes,
    submittedAtSeconds: readMoment(submittedAt),
    startedAtSeconds: readMoment(startedAt),
  };
}

/** Which job, tasks or component a row is about. @throws OutputUnreadableError */
export function readQueueId(ownId: string, task: string, hetJobId: string, hetOffset: string): Pick<QueueRow, "jobId" | "tasks" | "component"> {
  if (!isJobId(ownId)) throw new OutputUnreadableError("squeue", "a row without a job id", ownId);
  const isComponent = hasLeader(hetJobId, hetOffset);
  return { jobId: isComponent ? hetJobId : ownId, tasks: readTasks(task), component: isComponent ? Number(hetOffset) : undefined };
}

const hasLeader = (hetJobId: string, hetOffset: string): boolean => hetJobId !== "N/A" && isJobId(hetJobId) && /^\d+$/.test(hetOffset);

const isJobId = (text: string): boolean => /^[1-9]\d*$/.test(text);

function readTasks(text: string): IndexRanges | undefined {
  if (text === "N/A") return undefined;
  try {
    return parseIndexRanges(text);
  } catch (error) {
    throw new OutputUnreadableError("squeue", "a list of tasks that cannot be read", text, { cause: error });
  }
}
