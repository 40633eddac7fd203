import { OutputUnreadableError, parseOptions, systemClock, type Cancellable, type Transport } from "@hpckit/core";
import { z } from "zod";
import type { CommandLine } from "../backend/command-line.js";
import { checkCluster, listKnownClusters } from "../cluster/known-clusters.js";
import { jobReferenceSchema } from "../job/job-reference.js";
import { liveWorkOfAll } from "../live/live-work-of-all.js";
import { clusterName, connectSlurmShape, transportSchema, type ConnectSlurmOptions } from "../slurm/connect-options.js";
import { connectSlurm } from "../slurm/connect-slurm.js";
import type { Slurm } from "../slurm/slurm.js";
import { createSiteJobs } from "./site-jobs.js";
import { findMembers, type SiteMembers } from "./site-members.js";
import type { SlurmSite } from "./site.js";

/** Of `rest`, the slurmrestd is the login node's own cluster's: the others are asked by Slurm's programs. */
export interface ConnectSiteOptions extends Omit<ConnectSlurmOptions, "cluster"> {
  /** The clusters that are meant, beside the login node's own; by default all that accounting has ever known, switched off ones too. */
  readonly clusters?: readonly string[] | undefined;
}

const optionsSchema: z.ZodType<ConnectSiteOptions> = z.strictObject({ ...connectSlurmShape, cluster: z.never().optional(), clusters: z.array(clusterName).optional() });

/**
 * Finds every cluster that the login node reaches: its own, and those that its accounting knows (`sacctmgr show clusters`).
 * Where there is no accounting, that is its own alone.
 * @throws OptionsError for a name that accounting does not know; SlurmMissingError, ControllerUnreachableError for the login node's own cluster; others may be away.
 */
export async function connectSite(transport: Transport, options: ConnectSiteOptions = {}): Promise<SlurmSite> {
  parseOptions(transportSchema, transport, "connectSite");
  const { clusters: meant, ...each } = parseOptions(optionsSchema, options, "connectSite");
  const { binFolder, keepVariables = [], signal } = each;
  const programs = { binFolder, keepVariables };
  const [own, known] = await Promise.all([connectSlurm(transport, each), listKnownClusters(transport, programs, { signal })]);
  const names = chooseClusters(meant, known, own);
  const others = [...new Set(names)].filter((name) => name !== own.cluster.name);
  const connect = async (cluster: string, waiting: Cancellable): Promise<Slurm> => connectSlurm(transport, { ...each, ...waiting, rest: undefined, cluster });
  const members = await findMembers({ own, others, connect, clock: each.clock ?? systemClock }, { signal });
  return createSite({ transport, programs, facts: own.cluster }, members, [own.cluster.name, ...others]);
}

function chooseClusters(meant: readonly string[] | undefined, known: readonly string[] | OutputUnreadableError, own: Slurm): readonly string[] {
  if (!(known instanceof OutputUnreadableError)) return (meant ?? known).map((name) => checkCluster(name, known));
  if (meant === undefined && own.cluster.accounting) throw known;
  return meant ?? [];
}

const siteIdSchema = z.string().regex(/^[^;]*;[^;]+$/, { error: 'an id and its cluster, "12;gpu" or "12_4;gpu": each cluster counts for itself' });

function createSite(commandLine: CommandLine, members: SiteMembers, names: readonly string[]): SlurmSite {
  const checkName = (name: string): string => checkCluster(name, names);
  const cluster = (name: string): Slurm => {
    const found = members.clusters.find((one) => one.cluster.name === checkName(name));
    if (found === undefined) throw members.unreachable.find((one) => one.name === name)?.error;
    return found;
  };
  return {
    get clusters() {
      return members.clusters;
    },
    get unreachable() {
      return members.unreachable;
    },
    cluster,
    liveWork: {
      uses: async (paths, options = {}) => {
        await members.askAgain(names, options);
        const [away] = members.unreachable;
        if (away !== undefined) return { kind: "unknown", reason: `the cluster ${away.name} cannot be asked` };
        return liveWorkOfAll(members.clusters.map(({ liveWork }) => liveWork)).uses(paths, options);
      },
    },
    jobs: createSiteJobs({ commandLine, members, checkName }),
    job: (reference) => cluster(parseOptions(jobReferenceSchema, reference, "job reference").cluster).job(reference),
    find: async (input, options) => {
      const [id = "", name = ""] = parseOptions(siteIdSchema, input, "job id").split(";");
      await members.askAgain([checkName(name)], options);
      return cluster(name).find(id, options);
    },
  };
}
