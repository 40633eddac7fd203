import { OutputUnreadableError, type Cancellable } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { commandFailed } from "../error/command-failed.js";
import { filtersOf, matchesNone, type ListFilter } from "../jobs/job-filter.js";
import type { JobSummary } from "../jobs/job-summary.js";
import { readCount, readDuration, readEpoch, readText } from "../cluster/slurm-values.js";
import { explainExit, parseExitCode } from "../outcome/exit-code.js";
import { explainReason } from "../state/explain-reason.js";
import { finalState, parseState } from "../state/job-state.js";
import { remember } from "../state/remember.js";
import { parseTres } from "../tres/tres.js";
import { listFormat, newListEnds, splitRecord, type ListEnds, type ListFields } from "./list-format.js";
import { parseJobId } from "./parse-job-id.js";
import { splitRecords } from "./parse-queue.js";
import { couldNotAsk, isUnknownId } from "./queue-answer.js";
import { squeue } from "./queue-format.js";

/** The command that lists jobs. */
export const listCommand = (filter: ListFilter, ends: ListEnds, uid: number): readonly string[] => [...squeue, "--noheader", ...listOptions(filter, ends, uid)];

/** What squeue is told of a filter. A name with a comma cannot be said to it: those are picked out of its answer. */
export function listOptions(filter: ListFilter, ends: ListEnds, uid: number): readonly string[] {
  const option = (name: string, values: readonly string[] | undefined): readonly string[] => (values === undefined ? [] : [`--${name}=${values.join(",")}`]);
  const { states } = filter;
  return [
    ...option("states", states === "all" ? ["all"] : states),
    ...option("user", filter.mine === true ? [String(uid)] : filter.users),
    ...option("account", filter.accounts),
    ...option("partition", filter.partitions),
    ...option("qos", filter.qos),
    ...option("name", filter.names?.some((name) => name.includes(",")) === true ? undefined : filter.names),
    ...option("jobs", filter.ids),
    ...option("reservation", filter.reservations),
    ...(filter.nodes === undefined ? [] : [`--nodelist=${filter.nodes}`]),
    `--Format=${listFormat(ends)}`,
  ];
}

/** Asks the queue: once, unless there are thousands of ids. @throws ControllerUnreachableError, SlurmCommandError whenever squeue's answer is not certain. */
export async function listJobs(commandLine: CommandLine, filter: ListFilter, options: Cancellable = {}): Promise<readonly JobSummary[]> {
  if (matchesNone(filter)) return [];
  const lists: (readonly JobSummary[])[] = [];
  for (const part of filtersOf(filter)) lists.push(await askOnce(commandLine, part, options));
  return lists.flat();
}

async function askOnce({ transport, programs, facts }: CommandLine, filter: ListFilter, options: Cancellable): Promise<readonly JobSummary[]> {
  const ends = newListEnds();
  const result = await askSlurm(transport, programs, listCommand(filter, ends, facts.uid), options);
  if (isUnknownId(result)) return [];
  if (couldNotAsk(result)) throw commandFailed(result);
  return parseJobList(result.stdout, ends).filter((job) => matchesList(job, filter, transport.target.user));
}

/** What squeue cannot be asked, or takes for something wider. @param self - the user that asks. */
export function matchesList(job: JobSummary, { ids, names, states, submittedSince, mine, users }: ListFilter, self: string): boolean {
  return (
    // With `--all` squeue also shows what another cluster of a federation runs now.
    (ids !== undefined || !job.state.flags.includes("REVOKED") || states?.includes("REVOKED") === true) &&
    (names === undefined || names.includes(job.name)) &&
    (submittedSince === undefined || (job.submittedAtSeconds ?? -Infinity) >= submittedSince.getTime() / 1000) &&
    (mine !== true || users === undefined || users.includes(self))
  );
}

/** Reads what squeue printed with `listFormat(ends)`. @throws OutputUnreadableError; a row that was printed is never dropped. */
export function parseJobList(stdout: string, ends: ListEnds): readonly JobSummary[] {
  return splitRecords(stdout, ends.recordEnd).map((record) => readSummary(record, ends));
}

/** Reads one record. @throws OutputUnreadableError */
export function readSummary(record: string, ends: ListEnds): JobSummary {
  const fields = splitRecord(record, ends);
  if (fields === undefined) throw new OutputUnreadableError("squeue", "a row with other fields than were asked for", record);
  return summaryOf(fields);
}

/** Thousands of jobs ask for the same. */
const readTres = remember(parseTres);

function summaryOf(fields: ListFields): JobSummary {
  const { jobId, tasks, component } = parseJobId(fields.id, "squeue");
  const state = parseState(fields.state);
  const exit = parseExitCode(fields.exitCode);
  return {
    id: jobId,
    tasks,
    component,
    name: fields.name,
    user: fields.user,
    uid: readCount(fields.uid),
    account: readText(fields.account),
    partition: fields.partition,
    qos: readText(fields.qos),
    reservation: readText(fields.reservation),
    state,
    reason: explainReason(fields.reason),
    submittedAtSeconds: readEpoch(fields.submittedAt),
    eligibleAtSeconds: readEpoch(fields.eligibleAt),
    startedAtSeconds: readEpoch(fields.startedAt),
    endedAtSeconds: readEpoch(fields.endedAt),
    elapsedSeconds: readDuration(fields.elapsed),
    timeLimitSeconds: readDuration(fields.timeLimit),
    restarts: readCount(fields.restarts),
    nodes: readText(fields.nodes),
    nodeCount: readCount(fields.nodeCount),
    cpuCount: readCount(fields.cpuCount),
    resources: readTres(fields.resources),
    priority: readCount(fields.priority),
    comment: readText(fields.comment),
    workFolder: readText(fields.workFolder),
    exit: exit === undefined || finalState(state) === undefined ? undefined : explainExit(exit),
  };
}
