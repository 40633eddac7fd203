import { OutputUnreadableError } from "@hpckit/core";
import { parseIndexList } from "../spec/array-tasks.js";
import { parseState, type JobState } from "../state/job-state.js";
import { fieldEnd, queueColumns } from "./queue-format.js";

/** What the queue says of a job, or of some tasks of an array job. */
export interface QueueRow {
  /** Of an array's task: the array's id. */
  readonly jobId: string;
  /** Tasks of an array that this row is about; undefined for a job that is none. */
  readonly tasks: readonly number[] | undefined;
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
export function parseQueue(stdout: string, recordEnd: string): readonly QueueRow[] {
  const records = stdout.split(recordEnd);
  const rest = records.pop() ?? "";
  if (rest.trim() !== "") throw new OutputUnreadableError("squeue", "the output ends inside a row", rest);
  return records.map((record) => parseRow(record.replace(/^\r?\n/, "")));
}

const columnCount = Object.keys(queueColumns).length;

function parseRow(record: string): QueueRow {
  const fields = record.split(fieldEnd);
  const [jobId = "", task = "", state = "", submittedAt = "", startedAt = "", elapsed = "", exitCode = "", restarts = "", nodes = ""] = fields;
  if (!/^[1-9]\d*$/.test(jobId)) throw new OutputUnreadableError("squeue", "a row without a job id", record);
  if (fields.length < columnCount) throw new OutputUnreadableError("squeue", `a row of ${fields.length} fields`, record);
  const reason = fields.slice(columnCount - 1).join(fieldEnd);
  return {
    jobId,
    tasks: readTasks(task),
    state: parseState(state),
    exitCode,
    elapsedSeconds: readElapsed(elapsed),
    restarts: /^\d+$/.test(restarts) ? Number(restarts) : 0,
    reason: reason === "None" || reason === "" ? undefined : reason,
    nodes: nodes === "" ? undefined : nodes,
    submittedAtSeconds: readTime(submittedAt),
    startedAtSeconds: readTime(startedAt),
  };
}

function readTasks(text: string): readonly number[] | undefined {
  if (text === "N/A") return undefined;
  try {
    return parseIndexList(text.replace(/^\[(.*)\]$/, "$1"));
  } catch (error) {
    throw new OutputUnreadableError("squeue", "a list of tasks that cannot be read", text, { cause: error });
  }
}

/** "N/A" until there is one. */
const readTime = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);

/** `D-HH:MM:SS`, `HH:MM:SS` or `MM:SS`; what cannot be read (`INVALID`) is unknown. */
function readElapsed(text: string): number | undefined {
  const match = /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)$/.exec(text);
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((digits: string | undefined) => Number(digits ?? 0)) as [number, number, number, number];
  return days * 86_400 + hours * 3600 + minutes * 60 + seconds;
}
