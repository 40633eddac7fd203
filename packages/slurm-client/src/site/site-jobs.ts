import { AbortedError, cancellableShape, HpckitError, parseOptions, type Cancellable } from "@hpckit/core";
import { z } from "zod";
import { queryClustersHistory } from "../accounting/clusters-history.js";
import type { CommandLine } from "../backend/command-line.js";
import { historyFilterSchema, listFilterSchema, type HistoryFilter, type ListFilter } from "../jobs/job-filter.js";
import type { JobRecord, JobSummary } from "../jobs/job-summary.js";
import { listClusters, type ClusterLists } from "../queue/list-clusters.js";
import type { Slurm } from "../slurm/slurm.js";
import type { SiteMembers } from "./site-members.js";
import type { UnreachableCluster } from "./site.js";

/** A job, and the cluster that it is on: an id alone is that of another job on another one. */
export interface SiteJob extends JobSummary {
  readonly cluster: string;
}

/** What accounting says of a job, and the cluster that it is or was on. */
export interface SiteJobRecord extends JobRecord {
  readonly cluster: string;
}

/** What the queues of several clusters hold. */
export type SiteJobList =
  | { readonly kind: "complete"; readonly jobs: readonly SiteJob[] }
  /** `known` are the jobs of those that answered. Nothing is known of the jobs of `unanswered`: they are not gone. */
  | { readonly kind: "partial"; readonly known: readonly SiteJob[]; readonly unanswered: readonly UnreachableCluster[] };

export interface SiteListOptions extends Cancellable {
  /** Of which clusters, by name; by default all of the site. None is no job. */
  readonly clusters?: readonly string[] | undefined;
}

/** Jobs of all clusters of a site, whoever submitted them. Asked by Slurm's programs, also where a cluster is asked over REST else. */
export interface SiteJobLists {
  /**
   * Jobs that the controllers know. One squeue for all clusters; the filter holds for each, `ids` too. A cluster that was away is asked whether
   * it is back, ever more rarely: at most once an hour in the end.
   *
   * Guarantees: `complete` ⇒ the controller of every cluster that was meant has answered.
   * @throws OptionsError; the error of the login node's own cluster, or of the first that was meant, where none answered.
   * @example const list = await site.jobs.list({ mine: true }); if (list.kind === "partial") console.warn(list.unanswered);
   */
  list(filter?: ListFilter, options?: SiteListOptions): Promise<SiteJobList>;

  /**
   * Jobs that accounting knows, also those of a cluster that does not answer now: what it had told accounting by then. One sacct.
   * @throws OptionsError; SlurmCommandError if accounting gave no certain answer.
   */
  history(filter: HistoryFilter, options?: SiteListOptions): Promise<readonly SiteJobRecord[]>;
}

const optionsSchema: z.ZodType<SiteListOptions> = z.strictObject({ clusters: z.array(z.string()).optional(), ...cancellableShape });

export interface SiteJobsContext {
  /** The login node's own programs. */
  readonly commandLine: CommandLine;
  readonly members: SiteMembers;
  /** @throws OptionsError for a cluster that the site does not have. */
  readonly checkName: (name: string) => string;
}

export function createSiteJobs({ commandLine, members, checkName }: SiteJobsContext): SiteJobLists {
  const all = [...members.clusters.map(({ cluster }) => cluster.name), ...members.unreachable.map(({ name }) => name)];
  const meant = ({ clusters: names = all }: SiteListOptions): readonly string[] => [...new Set(names.map(checkName))];
  return {
    list: async (input = {}, given = {}) => {
      const filter = parseOptions(listFilterSchema, input, "site.jobs.list");
      const options = parseOptions(optionsSchema, given, "site.jobs.list");
      const names = meant(options);
      await members.askAgain(names, options);
      const { clusters, unreachable } = members;
      const asked = clusters.filter(({ cluster }) => names.includes(cluster.name));
      const lists = await askClusters(commandLine, asked, filter, options);
      return joinLists(names, new Map([...unreachable.map(({ name, error }) => [name, error] as const), ...lists]));
    },
    history: async (input, given = {}) => {
      const filter = parseOptions(historyFilterSchema, input, "site.jobs.history");
      const { signal, ...options } = parseOptions(optionsSchema, given, "site.jobs.history");
      const names = meant(options);
      return names.length === 0 ? [] : queryClustersHistory(commandLine, names, filter, { signal });
    },
  };
}

/** One alone needs no address of accounting's; so does the login node's own, while slurmdbd is away. */
async function askClusters(commandLine: CommandLine, asked: readonly Slurm[], filter: ListFilter, { signal }: Cancellable): Promise<ClusterLists> {
  const names = asked.map(({ cluster }) => cluster.name);
  const alone = async ({ cluster, jobs }: Slurm): Promise<ClusterLists> => new Map([[cluster.name, await jobs.list(filter, { signal }).catch(onlyOurs)]]);
  const [first] = asked;
  if (first === undefined) return new Map();
  if (asked.length === 1) return alone(first);
  const lists = await listClusters(commandLine, names, filter, { signal }).catch((error: unknown): ClusterLists => new Map(names.map((name) => [name, onlyOurs(error)])));
  if (first.cluster.name !== commandLine.facts.name || !(lists.get(first.cluster.name) instanceof HpckitError)) return lists;
  return new Map([...lists, ...(await alone(first))]);
}

function onlyOurs(error: unknown): HpckitError {
  if (error instanceof HpckitError && !(error instanceof AbortedError)) return error;
  throw error;
}

function joinLists(names: readonly string[], lists: ReadonlyMap<string, unknown>): SiteJobList {
  const known: SiteJob[] = [];
  const unanswered: UnreachableCluster[] = [];
  for (const name of names) {
    const found = lists.get(name);
    if (Array.isArray(found)) known.push(...(found as readonly JobSummary[]).map((job) => ({ ...job, cluster: name })));
    else unanswered.push({ name, error: found });
  }
  if (unanswered.length === 0) return { kind: "complete", jobs: known };
  if (unanswered.length === names.length) throw unanswered[0]?.error;
  return { kind: "partial", known, unanswered };
}
