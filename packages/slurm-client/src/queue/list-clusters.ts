import { HpckitError, OutputUnreadableError, type Cancellable, type ExecResult } from "@hpckit/core";
import type { CommandLine } from "../backend/command-line.js";
import { askSlurm } from "../cluster/slurm-command.js";
import { commandFailed } from "../error/command-failed.js";
import { ControllerUnreachableError } from "../error/slurm-error.js";
import { filtersOf, matchesNone, type ListFilter } from "../jobs/job-filter.js";
import type { JobSummary } from "../jobs/job-summary.js";
import { newListEnds, type ListEnds } from "./list-format.js";
import { listOptions, matchesList, readSummary } from "./list-jobs.js";
import { couldNotAsk } from "./queue-answer.js";
import { squeue } from "./queue-format.js";

/** What each cluster said, or why nothing is known of its jobs. */
export type ClusterLists = ReadonlyMap<string, readonly JobSummary[] | HpckitError>;

/**
 * Asks the queues of several clusters by one squeue, unless there are thousands of ids.
 *
 * squeue leaves out a cluster that has no address in accounting without a word, and exits with 0 (22.05 to 26.05). So it prints its
 * headers: a cluster has answered if there is one below its name.
 * @param clusters - their names; not empty.
 * @throws SlurmCommandError where it is not certain what any of them said.
 */
export async function listClusters(commandLine: CommandLine, clusters: readonly string[], filter: ListFilter, options: Cancellable = {}): Promise<ClusterLists> {
  if (matchesNone(filter)) return new Map(clusters.map((name) => [name, []]));
  const answers: ClusterLists[] = [];
  for (const part of filtersOf(filter)) answers.push(await askOnce(commandLine, clusters, part, options));
  return new Map(clusters.map((name) => [name, joinAnswers(answers.map((each) => each.get(name) ?? []))]));
}

async function askOnce({ transport, programs, facts }: CommandLine, clusters: readonly string[], filter: ListFilter, options: Cancellable): Promise<ClusterLists> {
  const ends = newListEnds();
  const result = await askSlurm(transport, { ...programs, cluster: clusters.join(",") }, [...squeue, ...listOptions(filter, ends, facts.uid)], options);
  const lists = parseClusterLists(result, clusters, ends);
  return new Map([...lists].map(([name, found]) => [name, found instanceof HpckitError ? found : found.filter((job) => matchesList(job, filter, transport.target.user))]));
}

/** A cluster that gave no answer to a part of the question has not answered. */
function joinAnswers(answers: readonly (readonly JobSummary[] | HpckitError)[]): readonly JobSummary[] | HpckitError {
  const lists: (readonly JobSummary[])[] = [];
  for (const answer of answers) {
    if (answer instanceof HpckitError) return answer;
    lists.push(answer);
  }
  return lists.flat();
}

/** A controller that was asked and refused or did not answer: one such line each, in the order of the clusters. */
const refusedByController = /^slurm_load_jobs error: (.*)$/;
/** Said of clusters that accounting does not know, or has no address of; sometimes. */
const withoutAddress = /No cluster '.*' known by database|can't be reached now|Could not get cluster information/;

/** Reads what squeue said with headers. @throws SlurmCommandError, OutputUnreadableError */
export function parseClusterLists(result: ExecResult, clusters: readonly string[], ends: ListEnds): ClusterLists {
  const said = result.stderr.split("\n").filter((line) => line !== "");
  const complaints = said.filter((line) => !withoutAddress.test(line));
  const refusals = complaints.flatMap((line) => refusedByController.exec(line)?.[1] ?? []);
  const sections = splitSections(result.stdout, ends);
  const silent = [...sections].filter(([, records]) => records === undefined).map(([name]) => name);
  const isExplained = result.ok || (result.exitCode === 1 && said.some((line) => withoutAddress.test(line) || refusedByController.test(line)));
  const rest = complaints.filter((line) => !refusedByController.test(line)).join("\n");
  if (silent.length !== refusals.length || couldNotAsk({ ...result, ok: isExplained, stderr: rest })) throw commandFailed(result);
  const answerOf = (name: string): readonly JobSummary[] | HpckitError => {
    if (!sections.has(name)) return new ControllerUnreachableError(`the cluster ${name} cannot be asked: accounting knows no such cluster, or not where its controller is; that says nothing about its jobs`);
    const records = sections.get(name);
    if (records !== undefined) return records.map((record) => readSummary(record, ends));
    const refusal = refusals[silent.indexOf(name)] ?? "";
    return refusal.includes("Invalid job id specified") ? [] : new ControllerUnreachableError(`the controller of ${name} gave no answer: ${refusal}; that says nothing about its jobs`);
  };
  return new Map(clusters.map((name) => [name, answerOf(name)]));
}

/** The records below the name of each cluster; undefined where there is no header. */
function splitSections(stdout: string, { recordEnd }: ListEnds): ReadonlyMap<string, readonly string[] | undefined> {
  const sections = new Map<string, string[] | undefined>();
  let own: string[] | undefined;
  const records = stdout.split(recordEnd);
  for (const [index, record] of records.entries()) {
    const [, names = "", row = ""] = /^((?:\s*CLUSTER: \S+\n)*)\s*([^]*)$/.exec(record) ?? [];
    for (const [, name = ""] of names.matchAll(/CLUSTER: (\S+)/g)) sections.set(name, undefined);
    const isLast = index === records.length - 1;
    if (isLast && row !== "") throw new OutputUnreadableError("squeue", "the output ends inside a row", row);
    if (isLast) break;
    // The header comes first below a name.
    if (names === "") own?.push(row);
    else sections.set([...sections.keys()].at(-1) ?? "", (own = []));
  }
  return sections;
}
