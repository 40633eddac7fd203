import { randomUUID } from "node:crypto";
import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { ask, askOfJobs, type Question } from "../backend/question.js";
import { readEpoch, readWord } from "../cluster/slurm-values.js";
import { commandFailed } from "../error/command-failed.js";
import { parseJobId } from "../queue/parse-job-id.js";
import { splitRecords } from "../queue/parse-queue.js";
import { couldNotAsk, isUnknownId } from "../queue/queue-answer.js";
import { fieldEnd, squeue } from "../queue/queue-format.js";

/** Which job a row is about, as a handle names it: of an array one task, of a heterogeneous job one component. */
export interface WaitingPart {
  /** Of an array's task: the array's id. Of a component: the leader's. */
  readonly jobId: string;
  /** Index of an array's task; undefined for a job that is no array. */
  readonly task: number | undefined;
  /** Which component of a heterogeneous job, from 0. */
  readonly component: number | undefined;
}

/** What squeue says of a job that waits. */
export interface WaitingJob {
  readonly part: WaitingPart;
  /** The id of the controller's record, the only one that sprio prints: a component's own; of a task the array's, until something is done to it alone. */
  readonly recordId: string;
  readonly uid: string;
  readonly startsAtSeconds: number | undefined;
  readonly nodes: string | undefined;
  readonly reason: string | undefined;
}

const columns = ["JobArrayID", "JobID", "UserID", "StartTime", "SchedNodes", "Reason"] as const;

/** Asks for jobs that wait, each task of an array by itself. @param ids - none asks for those of the user. */
export async function queryWaiting(commandLine: CommandLine, ids: readonly string[] | "own", options: Cancellable = {}): Promise<readonly WaitingJob[]> {
  const question = (which: string): Question<readonly WaitingJob[]> => waitingQuestion(which, `\x1e${randomUUID()}\x1e`);
  if (ids === "own") return ask(commandLine, question(`--user=${commandLine.facts.uid}`), options);
  return askOfJobs(commandLine, withoutTasksOfWholes(ids), (some) => question(`--jobs=${some.join(",")}`), options);
}

/**
 * Without `--array`, squeue puts tasks that wait on one row with the times of one of them, also when another is held or was changed. Without
 * `--start`, beside which 24.11 and later print a format of their own: the same times stand in these columns.
 * @param recordEnd - unguessable, new for every call.
 */
export const waitingQuestion = (which: string, recordEnd: string): Question<readonly WaitingJob[]> => ({
  argv: [...squeue, "--array", "--noheader", "--states=PENDING", which, `--Format=${columns.map((column) => `${column}:${column === "Reason" ? recordEnd : fieldEnd}`).join(",")}`],
  read: (result) => {
    if (isUnknownId(result)) return [];
    if (couldNotAsk(result)) throw commandFailed(result);
    return splitRecords(result.stdout, recordEnd).map(readWaiting);
  },
});

function readWaiting(record: string): WaitingJob {
  const [id = "", recordId = "", uid = "", startsAt, nodes, ...reason] = record.split(fieldEnd);
  const { jobId, tasks, component } = parseJobId(id, "squeue");
  const [run] = tasks ?? [];
  if (reason.length === 0 || !/^\d+$/.test(recordId) || (tasks !== undefined && (tasks.length !== 1 || run?.first !== run?.last))) throw new OutputUnreadableError("squeue", "a row of no single job or task", record);
  return { part: { jobId, task: run?.first, component }, recordId, uid, startsAtSeconds: readEpoch(startsAt), nodes: readWord(nodes), reason: readWord(reason.join(fieldEnd)) };
}

/** Asked for an array and one of its tasks, squeue leaves out what it keeps in one record with that task (22.05, 24.11). */
function withoutTasksOfWholes(ids: readonly string[]): readonly string[] {
  const asked = new Set(ids);
  return ids.filter((id) => !id.includes("_") || !asked.has(id.replace(/_.*$/, "")));
}
