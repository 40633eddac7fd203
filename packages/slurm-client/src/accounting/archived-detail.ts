import { randomUUID } from "node:crypto";
import type { Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { isSince } from "../cluster/release.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { readCount, readEpoch, readText } from "../cluster/slurm-values.js";
import type { SlurmVersion } from "../cluster/slurm-version.js";
import { parseTextRows } from "../cluster/text-rows.js";
import { commandFailed } from "../error/command-failed.js";
import type { JobDetail } from "../job/job-detail.js";
import { expandNodeList } from "../node/node-list.js";
import { eachIndex } from "../queue/index-ranges.js";
import { parseJobId } from "../queue/parse-job-id.js";
import { parseState } from "../state/job-state.js";
import { accountingFailed } from "./accounting-answer.js";

/** What accounting still tells of where a job ran and what it wrote to. */
export interface ArchivedDetail extends Omit<JobDetail, "submittedAtSeconds" | "workFolder" | "comment"> {
  readonly submittedAtSeconds: number | undefined;
  /** Slurm does not record it of every job. */
  readonly workFolder: string | undefined;
}

/** @see sacct(1), Job Accounting Fields; all known to 22.05. What users write stands last. */
const columns = ["JobID", "JobIDRaw", "State", "Submit", "User", "NodeList", "WorkDir", "JobName"] as const;
type Column = (typeof columns)[number] | "Restarts" | "StdOut" | "StdErr";

/** Names of output files came with 24.11: asked before, sacct refuses the whole question. */
const columnsOf = (version: SlurmVersion): readonly Column[] => (isSince("24.11", version) ? [...columns, "Restarts", "StdOut", "StdErr"] : columns);

/** Asks accounting once; a job that it does not know has no row. @throws SlurmCommandError whenever its answer is not certain. */
export async function queryArchivedDetails({ transport, programs, facts }: CommandLine, ids: readonly string[], options: Cancellable = {}): Promise<readonly ArchivedDetail[]> {
  if (ids.length === 0) return [];
  const fieldEnd = `\x1f${randomUUID()}\x1f`;
  const asked = columnsOf(facts.version);
  const argv = ["sacct", "--noheader", "--parsable", `--delimiter=${fieldEnd}`, "--allocations", `--format=${asked.join(",")}`, `--jobs=${ids.join(",")}`];
  const result = await askSlurm(transport, programs, argv, options);
  if (accountingFailed(result)) throw commandFailed(result);
  return parseTextRows(result.stdout, asked, { fieldEnd, program: "sacct" }).map(readArchived);
}

function readArchived(row: Partial<Readonly<Record<Column, string>>>): ArchivedDetail {
  const { JobID = "", JobIDRaw = "", State = "", Submit = "", User = "", NodeList = "", WorkDir = "", JobName = "", Restarts = "", StdOut = "", StdErr = "" } = row;
  const { tasks, ...part } = parseJobId(JobID, "sacct");
  return {
    ...part,
    tasks: tasks === undefined ? undefined : [...eachIndex(tasks)],
    ownId: JobIDRaw,
    state: parseState(State),
    submittedAtSeconds: readEpoch(Submit),
    restarts: readCount(Restarts) ?? 0,
    user: User,
    batchHost: expandNodeList(NodeList)?.[0],
    output: readText(StdOut),
    error: readText(StdErr),
    workFolder: readText(WorkDir),
    name: JobName,
  };
}
