import { randomUUID } from "node:crypto";
import type { Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { isSince } from "../cluster/release.js";
import { askSlurm } from "../cluster/slurm-command.js";
import type { SlurmVersion } from "../cluster/slurm-version.js";
import { parseTextRows } from "../cluster/text-rows.js";
import { commandFailed } from "../error/command-failed.js";
import { filtersOf, matchesNone, type HistoryFilter } from "../jobs/job-filter.js";
import type { JobRecord } from "../jobs/job-summary.js";
import { readCount, readEpoch, readText } from "../cluster/slurm-values.js";
import { accountingShiftsExitCodes, explainExit, parseExitCode, type ExitMeaning } from "../outcome/exit-code.js";
import { parseJobId } from "../queue/parse-job-id.js";
import { explainReason } from "../state/explain-reason.js";
import { cancelledBy, finalState, parseState } from "../state/job-state.js";
import { remember } from "../state/remember.js";
import { parseTres } from "../tres/tres.js";
import { accountingFailed } from "./accounting-answer.js";
import { readTimeLimit } from "./accounting-format.js";

/** @see sacct(1), Job Accounting Fields; all known to 22.05 */
const columns = [
  "JobID", "State", "Reason", "ExitCode", "DerivedExitCode", "Submit", "Eligible", "Start", "End", "ElapsedRaw", "TimelimitRaw", "NodeList", "NNodes", "NCPUS",
  "AllocTRES", "ReqTRES", "Priority", "User", "UID", "Account", "Partition", "QOS", "Reservation", "WorkDir", "JobName", "Comment",
] as const;
type Column = (typeof columns)[number] | "Restarts";

/** `Restarts` came with 24.11: asked before, sacct refuses the whole question. */
export const historyColumns = (version: SlurmVersion): readonly Column[] => (isSince("24.11", version) ? [...columns, "Restarts"] : columns);

export interface HistoryQuestion {
  readonly version: SlurmVersion;
  readonly uid: number;
  /** Unguessable, new for every call: names can hold any other. */
  readonly fieldEnd: string;
}

/** The command that lists jobs of accounting. Without a user sacct shows one's own jobs only. */
export function historyCommand(filter: HistoryFilter, { version, uid, fieldEnd }: HistoryQuestion, asked: readonly string[] = historyColumns(version)): readonly string[] {
  const option = (name: string, values: readonly string[] | undefined): readonly string[] => (values === undefined ? [] : [`--${name}=${values.join(",")}`]);
  const users = filter.mine === true ? [String(uid)] : filter.users;
  return [
    "sacct", "--noheader", "--parsable", `--delimiter=${fieldEnd}`, "--noconvert", "--allocations",
    ...(users === undefined ? ["--allusers"] : option("user", users)),
    ...(filter.everyRun === true ? ["--duplicates"] : []),
    ...option("accounts", filter.accounts),
    ...option("partition", filter.partitions),
    ...option("qos", filter.qos),
    ...option("name", filter.names?.some((name) => name.includes(",")) === true ? undefined : filter.names),
    ...option("jobs", filter.ids),
    ...(filter.nodes === undefined ? [] : [`--nodelist=${filter.nodes}`]),
    ...(filter.since === undefined && filter.until === undefined ? [] : [`--starttime=${atSecond(filter.since)}`, `--endtime=${filter.until === undefined ? "now" : atSecond(filter.until)}`]),
    `--format=${asked.join(",")}`,
  ];
}

/** Slurm refuses earlier ones (22.05 to 26.05): to it they are all before any job. */
const firstSecond = 1_000_000;

/** Seconds since the epoch, as Slurm reads them whatever the time zone. @see Slurm 22.05, parse_time() in src/common/parse_time.c */
const atSecond = (date = new Date(0)): string => `uts${Math.max(firstSecond, Math.floor(date.getTime() / 1000))}`;

/** Asks accounting: once, unless there are thousands of ids. @throws SlurmCommandError whenever its answer is not certain. */
export const queryHistory = (commandLine: CommandLine, filter: HistoryFilter, options: Cancellable = {}): Promise<readonly JobRecord[]> =>
  askHistory(commandLine, filter, { ...options, columns: historyColumns(commandLine.facts.version), parse: parseHistory });

interface HistoryReading<Each> extends Cancellable {
  readonly columns: readonly string[];
  readonly parse: (stdout: string, question: HistoryQuestion) => readonly Each[];
}

export async function askHistory<Each extends JobRecord>(commandLine: CommandLine, filter: HistoryFilter, reading: HistoryReading<Each>): Promise<readonly Each[]> {
  if (matchesNone(filter)) return [];
  const answers: (readonly Each[])[] = [];
  for (const part of filtersOf(filter)) answers.push(await askOnce(commandLine, part, reading));
  return filter.limit === undefined ? answers.flat() : newest(answers.flat(), filter.limit);
}

async function askOnce<Each extends JobRecord>({ transport, programs, facts }: CommandLine, filter: HistoryFilter, { columns: asked, parse, signal }: HistoryReading<Each>): Promise<readonly Each[]> {
  const question = { version: facts.version, uid: facts.uid, fieldEnd: `\x1f${randomUUID()}\x1f` };
  const result = await askSlurm(transport, programs, historyCommand(filter, question, asked), { signal });
  if (accountingFailed(result)) throw commandFailed(result);
  return parse(result.stdout, question).filter((job) => matches(job, filter, transport.target.user));
}

/** slurmdbd keeps a backtick for each quotation mark, and finds a name by either (22.05 to 26.05). */
const asStored = (name: string): string => name.replaceAll('"', "`");

/** sacct's `--state` asks what jobs were in the time range; what they are now is picked out of its answer. */
function matches({ name, state }: JobRecord, { names, states, mine, users }: HistoryFilter, self: string): boolean {
  return (
    (names === undefined || names.map(asStored).includes(asStored(name))) &&
    (states === undefined || states.some((word) => word === state.base || state.flags.some((flag) => flag === word))) &&
    (mine !== true || users === undefined || users.includes(self))
  );
}

const newest = <Each extends JobRecord>(jobs: readonly Each[], limit: number): readonly Each[] => [...jobs].sort((one, other) => (other.submittedAtSeconds ?? 0) - (one.submittedAtSeconds ?? 0)).slice(0, limit);

/** Reads the answer to {@link historyCommand}. @throws OutputUnreadableError; a record that was printed is never dropped. */
export function parseHistory(stdout: string, { version, fieldEnd }: Pick<HistoryQuestion, "version" | "fieldEnd">): readonly JobRecord[] {
  return parseTextRows(stdout, historyColumns(version), { fieldEnd, program: "sacct" }).map((row) => readRecord(row, version));
}

/** Thousands of jobs ask for the same. */
const readTres = remember(parseTres);

export function readRecord(row: Readonly<Record<Column, string>>, version: SlurmVersion): JobRecord {
  const { jobId: id, ...part } = parseJobId(row.JobID, "sacct");
  const state = parseState(row.State);
  const requested = readTres(row.ReqTRES);
  return {
    id,
    ...part,
    name: row.JobName,
    user: row.User,
    uid: readCount(row.UID),
    account: readText(row.Account),
    partition: row.Partition,
    qos: readText(row.QOS),
    reservation: readText(row.Reservation),
    state,
    reason: explainReason(row.Reason),
    submittedAtSeconds: readEpoch(row.Submit),
    eligibleAtSeconds: readEpoch(row.Eligible),
    startedAtSeconds: readEpoch(row.Start),
    endedAtSeconds: readEpoch(row.End),
    elapsedSeconds: readCount(row.ElapsedRaw),
    timeLimitSeconds: readTimeLimit(row.TimelimitRaw),
    restarts: readCount(row.Restarts),
    nodes: readText(row.NodeList),
    nodeCount: readCount(row.NNodes),
    cpuCount: readCount(row.NCPUS),
    resources: row.AllocTRES === "" ? requested : readTres(row.AllocTRES),
    requested,
    priority: readCount(row.Priority),
    comment: readText(row.Comment),
    workFolder: readText(row.WorkDir),
    exit: finalState(state) === undefined ? undefined : readExit(row.ExitCode),
    highestStepExit: readExit(row.DerivedExitCode),
    exitCodeUncertain: accountingShiftsExitCodes(version) && state.base === "FAILED",
    cancelledByUid: cancelledBy(state.raw),
  };
}

function readExit(text: string): ExitMeaning | undefined {
  const code = parseExitCode(text);
  return code && explainExit(code);
}
