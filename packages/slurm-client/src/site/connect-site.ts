import { closeMatch, OptionsError, OutputUnreadableError, parseOptions, type Transport } from "@hpckit/core";
import { z } from "zod";
import { askSlurm } from "../cluster/slurm-command.js";
import { jobReferenceSchema } from "../job/job-reference.js";
import { clusterName, connectSlurm, connectSlurmShape, type ConnectSlurmOptions } from "../slurm/connect-slurm.js";
import type { Slurm } from "../slurm/slurm.js";
import type { SlurmSite, UnreachableCluster } from "./site.js";

export interface ConnectSiteOptions extends Omit<ConnectSlurmOptions, "cluster"> {
  /** The clusters that are meant, beside the login node's own; by default all that accounting has ever known, switched off ones too. */
  readonly clusters?: readonly string[] | undefined;
}

const optionsSchema: z.ZodType<ConnectSiteOptions> = z.strictObject({ ...connectSlurmShape, cluster: z.never().optional(), clusters: z.array(clusterName).optional() });

/**
 * Finds every cluster that the login node reaches: its own, and those that its accounting knows (`sacctmgr show clusters`).
 * Where there is no accounting, that is its own alone.
 * @throws SlurmMissingError, ControllerUnreachableError for the login node's own cluster; others may be away.
 */
export async function connectSite(transport: Transport, options: ConnectSiteOptions = {}): Promise<SlurmSite> {
  const { clusters: meant, ...each } = parseOptions(optionsSchema, options, "connectSite");
  const { binFolder, keepVariables = [], signal } = each;
  const own = await connectSlurm(transport, each);
  const names = meant ?? (own.cluster.accounting ? await listClusters() : []);
  const others = names.filter((name) => name !== own.cluster.name).sort();
  const found = await Promise.allSettled(others.map(async (cluster) => connectSlurm(transport, { ...each, cluster })));
  signal?.throwIfAborted();
  const clusters = [own, ...found.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []))];
  const unreachable = found.flatMap((result, index) => (result.status === "rejected" ? [{ name: others[index] ?? "", error: result.reason as unknown }] : []));
  return createSite(clusters, unreachable);

  async function listClusters(): Promise<readonly string[]> {
    const { ok, stdout, stderr } = await askSlurm(transport, { binFolder, keepVariables }, ["sacctmgr", "--noheader", "--parsable2", "show", "clusters", "format=Cluster"], { signal });
    if (!ok) throw new OutputUnreadableError("sacctmgr show clusters", "no list of clusters", stderr);
    return stdout.split("\n").filter((line) => line !== "");
  }
}

function createSite(clusters: readonly Slurm[], unreachable: readonly UnreachableCluster[]): SlurmSite {
  const cluster = (name: string): Slurm => {
    const found = clusters.find((one) => one.cluster.name === name);
    if (found !== undefined) return found;
    const away = unreachable.find((one) => one.name === name);
    if (away !== undefined) throw away.error;
    const names = clusters.map((one) => one.cluster.name);
    const close = closeMatch(name, names);
    throw new OptionsError("cluster", [{ path: "", message: `no cluster ${name} is known here: ${close === undefined ? `there is ${names.join(", ")}` : `was ${close} meant?`}` }]);
  };
  return {
    clusters,
    unreachable,
    cluster,
    job: (reference) => cluster(parseOptions(jobReferenceSchema, reference, "job reference").cluster).job(reference),
  };
}
