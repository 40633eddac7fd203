import { OutputUnreadableError } from "@hpckit/core";
import { parseIndexRanges, type IndexRanges } from "./index-ranges.js";

/** Which job, tasks or component a row of squeue or sacct is about. */
export interface RowId {
  /** Of an array's task: the array's id. Of a component: the leader's. */
  readonly jobId: string;
  /** Tasks of an array that the row is about; undefined for a job that is none. */
  readonly tasks: IndexRanges | undefined;
  /** Which component of a heterogeneous job, from 0; undefined for any other job. sacct leaves it out of one that has never run (24.11, 26.05). */
  readonly component: number | undefined;
}

/**
 * Reads `12`, `12_3`, `12_[4-7%2]` or `12+1`: squeue's JobArrayID and sacct's JobID.
 * @throws OutputUnreadableError for anything else, a step's id too.
 */
export function parseJobId(text: string, command: string): RowId {
  if (/^[1-9]\d*$/.test(text)) return { jobId: text, tasks: undefined, component: undefined };
  const [, jobId, task, tasks, component] = /^([1-9]\d*)(?:_(?:(\d+)|\[([^\]]+)\])|\+(\d+))$/.exec(text) ?? [];
  if (jobId === undefined) throw new OutputUnreadableError(command, "a row without a job id", text);
  return { jobId, tasks: readTasks(task ?? tasks, command), component: component === undefined ? undefined : Number(component) };
}

function readTasks(text: string | undefined, command: string): IndexRanges | undefined {
  try {
    return text === undefined ? undefined : parseIndexRanges(text);
  } catch (error) {
    throw new OutputUnreadableError(command, "a list of tasks that cannot be read", text ?? "", { cause: error });
  }
}
