import { randomUUID } from "node:crypto";
import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { readText } from "../cluster/slurm-values.js";
import { parseTextRows } from "../cluster/text-rows.js";
import { commandFailed } from "../error/command-failed.js";
import { couldNotAsk, isUnknownId } from "../queue/queue-answer.js";
import { parseIndexList } from "../queue/index-ranges.js";
import { squeue } from "../queue/queue-format.js";
import { parseState, type JobState } from "../state/job-state.js";

/** What the controller knows of a job, or of some tasks of an array, beyond its state. */
export interface JobDetail {
  /** Of an array's task the array's id; of a component that of the heterogeneous job. */
  readonly jobId: string;
  /** The id of this task or component alone. */
  readonly ownId: string;
  readonly tasks: readonly number[] | undefined;
  /** Of a component of a heterogeneous job: which. */
  readonly component: number | undefined;
  readonly state: JobState;
  readonly submittedAtSeconds: number;
  readonly restarts: number;
  readonly user: string;
  /** The node that runs the batch script. */
  readonly batchHost: string | undefined;
  /** As the job gave them, with `%` patterns; undefined where Slurm has none or made it up itself. */
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly workFolder: string;
  readonly comment: string;
  readonly name: string;
}

/** @see squeue(1), `--Format`; all known to 22.05. What users write stands behind what Slurm does. */
const columns = ["ArrayJobID", "ArrayTaskID", "JobID", "HetJobID", "HetJobOffset", "State", "SubmitTime", "RestartCnt", "UserName", "BatchHost", "STDOUT", "STDERR", "WorkDir", "Comment", "Name"] as const;
type Column = (typeof columns)[number];

/**
 * Reads what squeue printed with every column ended by `end`, which nobody could have guessed: no name can forge a row.
 * @throws OutputUnreadableError
 */
export function parseJobDetails(stdout: string, end: string): readonly JobDetail[] {
  return parseTextRows(stdout, columns, { fieldEnd: end, program: "squeue" }).map(readDetail);
}

function readDetail(row: Readonly<Record<Column, string>>): JobDetail {
  const component = readText(row.HetJobOffset);
  const jobId = component === undefined ? row.ArrayJobID : row.HetJobID;
  if (!/^[1-9]\d*$/.test(jobId)) throw new OutputUnreadableError("squeue", "a row without a job id", JSON.stringify(row));
  const tasks = readText(row.ArrayTaskID);
  // 22.05 makes up a name for what was not given, and for arrays a wrong one.
  const file = (text: string): string | undefined => (tasks !== undefined && text.endsWith(`/slurm-${row.JobID}.out`) ? undefined : readText(text));
  return {
    jobId,
    ownId: row.JobID,
    tasks: tasks === undefined ? undefined : parseIndexList(tasks.replace(/^\[(.*)\]$/, "$1")),
    component: component === undefined ? undefined : Number(component),
    state: parseState(row.State),
    submittedAtSeconds: Number(row.SubmitTime),
    restarts: Number(row.RestartCnt),
    user: row.UserName,
    batchHost: readText(row.BatchHost),
    output: file(row.STDOUT),
    error: file(row.STDERR),
    workFolder: row.WorkDir,
    comment: readText(row.Comment) ?? "",
    name: row.Name,
  };
}

/** Asks the controller once; a job that it does not know has no row. @param ids - of jobs and array jobs. @throws ControllerUnreachableError, SlurmCommandError */
export async function queryJobDetails({ transport, programs }: CommandLine, ids: readonly string[], options: Cancellable = {}): Promise<readonly JobDetail[]> {
  if (ids.length === 0) return [];
  const end = `\x1f${randomUUID()}\x1f`;
  const result = await askSlurm(transport, programs, jobDetailsCommand(ids, end), options);
  if (isUnknownId(result)) return [];
  if (couldNotAsk(result)) throw commandFailed(result);
  return parseJobDetails(result.stdout, end);
}

export const jobDetailsCommand = (ids: readonly string[], end: string): readonly string[] => [
  ...squeue, "--noheader", "--states=all", `--jobs=${ids.join(",")}`, `--Format=${columns.map((column) => `${column}:${end}`).join(",")}`,
];
