import type { Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { idChunks } from "../cluster/chunks-of.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { commandFailed } from "../error/command-failed.js";
import { readCount, readEpoch, readText } from "../cluster/slurm-values.js";
import { parseJobId, type RowId } from "../queue/parse-job-id.js";
import { parseState, type JobState } from "../state/job-state.js";
import { accountingFailed } from "./accounting-answer.js";
import { accountingCommand, splitRows } from "./accounting-format.js";

/** What accounting says of a job, of some tasks of an array job, or of one component of a heterogeneous job: the newest record of each. */
export interface AccountingRecord extends RowId {
  readonly state: JobState;
  /** As sacct wrote it; see `accountingShiftsExitCodes`. */
  readonly exitCode: string;
  /** The highest exit code of the job's steps, as sacct wrote it. */
  readonly derivedExitCode: string;
  readonly reason: string | undefined;
  readonly submittedAtSeconds: number | undefined;
  readonly startedAtSeconds: number | undefined;
  readonly endedAtSeconds: number | undefined;
  readonly elapsedSeconds: number | undefined;
  readonly nodes: string | undefined;
}

/** @see sacct(1), Job Accounting Fields; all known to 22.05 */
const columns = ["JobID", "State", "ExitCode", "DerivedExitCode", "Reason", "Submit", "Start", "End", "ElapsedRaw", "NodeList"] as const;

/** The command that {@link queryAccounting} runs. */
export const recordsCommand = (ids: readonly string[]): readonly string[] => accountingCommand(columns, ids, ["--allocations"]);

/** Reads the answer to {@link queryAccounting}. @throws OutputUnreadableError */
export function parseAccounting(stdout: string): readonly AccountingRecord[] {
  return splitRows(stdout, columns).map(([id = "", state = "", exitCode = "", derivedExitCode = "", reason = "", submit = "", start = "", end = "", elapsed = "", nodes = ""]) => {
    const { jobId, tasks, component } = parseJobId(id, "sacct");
    return {
      jobId,
      tasks,
      component,
      state: parseState(state),
      exitCode,
      derivedExitCode,
      reason: reason === "None" || reason === "" ? undefined : reason,
      submittedAtSeconds: readEpoch(submit),
      startedAtSeconds: readEpoch(start),
      endedAtSeconds: readEpoch(end),
      elapsedSeconds: readCount(elapsed),
      nodes: readText(nodes),
    };
  });
}

/** Asks accounting for any number of jobs: once, if they are not thousands. @throws SlurmCommandError whenever its answer is not certain. */
export async function queryAccounting({ transport, programs }: CommandLine, ids: readonly string[], options: Cancellable = {}): Promise<readonly AccountingRecord[]> {
  const records: AccountingRecord[] = [];
  for (const some of idChunks(ids)) {
    const result = await askSlurm(transport, programs, recordsCommand(some), options);
    if (accountingFailed(result)) throw commandFailed(result);
    for (const record of parseAccounting(result.stdout)) records.push(record);
  }
  return records;
}
