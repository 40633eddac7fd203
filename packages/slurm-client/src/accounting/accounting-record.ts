import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { commandFailed } from "../error/command-failed.js";
import { parseIndexList } from "../spec/array-tasks.js";
import { parseState, type JobState } from "../state/job-state.js";
import { accountingCommand, parseRows, readSeconds } from "./accounting-format.js";

/** What accounting says of a job, or of some tasks of an array job: the newest record of each. */
export interface AccountingRecord {
  readonly jobId: string;
  readonly tasks: readonly number[] | undefined;
  readonly state: JobState;
  /** As sacct wrote it; see `accountingShiftsExitCodes`. */
  readonly exitCode: string;
  readonly reason: string | undefined;
  readonly submittedAtSeconds: number | undefined;
  readonly startedAtSeconds: number | undefined;
  readonly endedAtSeconds: number | undefined;
  readonly elapsedSeconds: number | undefined;
  readonly nodes: string | undefined;
}

/** @see sacct(1), Job Accounting Fields; all known to 22.05 */
const columns = ["JobID", "State", "ExitCode", "Reason", "Submit", "Start", "End", "ElapsedRaw", "NodeList"] as const;

/** Reads the answer to {@link queryAccounting}. @throws OutputUnreadableError */
export function parseAccounting(stdout: string): readonly AccountingRecord[] {
  return parseRows(stdout, columns).map((row) => {
    const [, jobId, task, tasks] = /^([1-9]\d*)(?:_(?:(\d+)|\[([^\]]+)\]))?$/.exec(row.JobID) ?? [];
    if (jobId === undefined) throw new OutputUnreadableError("sacct", "a row without a job id", row.JobID);
    return {
      jobId,
      tasks: task === undefined ? readTasks(tasks) : [Number(task)],
      state: parseState(row.State),
      exitCode: row.ExitCode,
      reason: row.Reason === "None" || row.Reason === "" ? undefined : row.Reason,
      submittedAtSeconds: readSeconds(row.Submit),
      startedAtSeconds: readSeconds(row.Start),
      endedAtSeconds: readSeconds(row.End),
      elapsedSeconds: readSeconds(row.ElapsedRaw),
      nodes: row.NodeList === "None assigned" || row.NodeList === "" ? undefined : row.NodeList,
    };
  });
}

function readTasks(text: string | undefined): readonly number[] | undefined {
  try {
    return text === undefined ? undefined : parseIndexList(text);
  } catch (error) {
    throw new OutputUnreadableError("sacct", "a list of tasks that cannot be read", text ?? "", { cause: error });
  }
}

/** Asks accounting once for any number of jobs. @throws SlurmCommandError whenever its answer is not certain. */
export async function queryAccounting({ transport, programs }: CommandLine, ids: readonly string[], options: Cancellable = {}): Promise<readonly AccountingRecord[]> {
  if (ids.length === 0) return [];
  const result = await askSlurm(transport, programs, accountingCommand(columns, ids, ["--allocations"]), options);
  if (!result.ok || /error/i.test(result.stderr)) throw commandFailed(result);
  return parseAccounting(result.stdout);
}
