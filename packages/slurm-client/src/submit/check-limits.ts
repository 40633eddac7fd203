import { formatSlurmTime, OptionsError } from "@hpckit/core";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import type { Partition } from "../cluster/partition.js";
import { LimitExceededError } from "../error/submission-errors.js";
import type { JobSpec } from "../spec/job-spec.js";

/**
 * Refuses what Slurm would accept and never start: more time or nodes than the partition has (PartitionTimeLimit,
 * PartitionNodeLimit). Partitions that are not known here are left to sbatch.
 * @throws LimitExceededError that names the limit, and partitions where it would fit; OptionsError for too large an array.
 */
export function checkLimits(spec: JobSpec, { partitions, maxArraySize }: Pick<ClusterFacts, "partitions" | "maxArraySize">): void {
  const highest = spec.array?.tasks.at(-1);
  if (highest !== undefined && highest >= maxArraySize) {
    throw new OptionsError("job spec", [{ path: "array", message: `the highest index of this cluster is ${maxArraySize - 1} (MaxArraySize), not ${highest}` }]);
  }
  const chosen = findPartitions(spec, partitions);
  if (chosen.length === 0) return;
  const seconds = spec.time?.seconds;
  if (seconds !== undefined) {
    refuseUnless(chosen, partitions, { limit: "MaxTime", asked: `time ${formatSlurmTime({ seconds })}`, fits: (one) => seconds <= one.maxTimeSeconds, shown: (one) => formatSlurmTime({ seconds: one.maxTimeSeconds }) });
  }
  const nodes = typeof spec.nodes === "object" ? spec.nodes.min : spec.nodes;
  if (nodes !== undefined) {
    const most = (one: Partition): number => Math.min(one.maxNodes, one.totalNodes);
    refuseUnless(chosen, partitions, { limit: "MaxNodes", asked: `${nodes} nodes`, fits: (one) => nodes <= most(one), shown: (one) => `${most(one)} nodes` });
  }
}

interface Check {
  readonly limit: string;
  readonly asked: string;
  readonly fits: (partition: Partition) => boolean;
  readonly shown: (partition: Partition) => string;
}

function refuseUnless(chosen: readonly Partition[], all: readonly Partition[], { limit, asked, fits, shown }: Check): void {
  if (chosen.some(fits)) return;
  const limits = chosen.map((partition) => `${partition.name} allows ${shown(partition)}`).join(", ");
  const others = all.filter(fits).map((partition) => `${partition.name} (${shown(partition)})`);
  const next = others.length === 0 ? "no partition allows that" : `partitions that allow it: ${others.join(", ")}`;
  throw new LimitExceededError(`${asked}: ${limits}; ${next}`, limit);
}

/** The partitions that a job would go to, if all of them are known. */
function findPartitions(spec: JobSpec, partitions: readonly Partition[]): readonly Partition[] {
  if (spec.partition === undefined) return partitions.filter((partition) => partition.isDefault);
  const names = spec.partition.split(",");
  const found = partitions.filter((partition) => names.includes(partition.name));
  return found.length === names.length ? found : [];
}
