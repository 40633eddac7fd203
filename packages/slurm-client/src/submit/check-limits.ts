import { formatSlurmTime, OptionsError } from "@hpckit/core";
import type { ClusterFacts } from "../cluster/cluster-facts.js";
import type { Partition } from "../partition/partition.js";
import { LimitExceededError, NotSatisfiableError, type SubmissionError } from "../error/submission-errors.js";
import { componentsOf, type JobSpec } from "../spec/job-spec.js";
import { fewestNodes } from "../spec/node-count.js";

/**
 * Refuses what Slurm would accept and never start: more time, nodes or CPUs than the partition has (PartitionTimeLimit,
 * PartitionNodeLimit, PartitionConfig). Partitions that are not known here are left to sbatch.
 * @throws LimitExceededError, NotSatisfiableError that name the limit, and partitions where it would fit; OptionsError for too
 * large an array.
 */
export function checkLimits(spec: JobSpec, { partitions, maxArraySize }: Pick<ClusterFacts, "partitions" | "maxArraySize">): void {
  const highest = spec.array?.tasks.at(-1);
  if (highest !== undefined && highest >= maxArraySize) {
    throw new OptionsError("job spec", [{ path: "array", message: `the highest index of this cluster is ${maxArraySize - 1} (MaxArraySize), not ${highest}` }]);
  }
  for (const component of componentsOf(spec)) {
    const chosen = findPartitions(component, partitions);
    const exceeded = chosen.length === 0 ? undefined : checksOf(component).find(({ fits }) => !chosen.some(fits));
    if (exceeded !== undefined) throw refusal(exceeded, chosen, partitions);
  }
}

interface Check {
  readonly asked: string;
  readonly fits: (partition: Partition) => boolean;
  /** What a partition has, for the message. */
  readonly shown: (partition: Partition) => string;
  readonly error: (message: string) => SubmissionError;
}

function checksOf(spec: JobSpec): readonly Check[] {
  const seconds = spec.time?.seconds;
  const nodes = spec.nodes === undefined ? undefined : fewestNodes(spec.nodes);
  // Options that are not known here could let tasks share CPUs, too.
  const cpus = (spec.extraArguments === undefined && spec.overcommit === undefined ? (spec.ntasks ?? 1) : 1) * (spec.cpusPerTask ?? 1);
  const most = (one: Partition): number => Math.min(one.maxNodes, one.totalNodes);
  return [
    ...(seconds === undefined
      ? []
      : [{
          asked: `time ${formatSlurmTime({ seconds })}`,
          fits: (one: Partition) => seconds <= one.maxTimeSeconds,
          shown: (one: Partition) => formatSlurmTime({ seconds: one.maxTimeSeconds }),
          error: (message: string) => new LimitExceededError(message, "MaxTime"),
        }]),
    ...(nodes === undefined
      ? []
      : [{
          asked: `${nodes} nodes`,
          fits: (one: Partition) => nodes <= most(one),
          shown: (one: Partition) => `${most(one)} nodes`,
          error: (message: string) => new LimitExceededError(message, "MaxNodes"),
        }]),
    {
      asked: `${cpus} CPUs`,
      fits: (one) => cpus <= one.totalCpus,
      shown: (one) => `${one.totalCpus} CPUs in all`,
      error: (message) => new NotSatisfiableError(message, "cpus"),
    },
  ];
}

function refusal({ asked, fits, shown, error }: Check, chosen: readonly Partition[], all: readonly Partition[]): SubmissionError {
  const limits = chosen.map((partition) => `${partition.name} allows ${shown(partition)}`).join(", ");
  const others = all.filter(fits).map((partition) => `${partition.name} (${shown(partition)})`);
  const next = others.length === 0 ? "no partition allows that" : `partitions that allow it: ${others.join(", ")}`;
  return error(`${asked}: ${limits}; ${next}`);
}

/** The partitions that a job would go to, if all of them are known. */
function findPartitions(spec: JobSpec, partitions: readonly Partition[]): readonly Partition[] {
  if (spec.partition === undefined) return partitions.filter((partition) => partition.isDefault);
  const names = spec.partition.split(",");
  const found = partitions.filter((partition) => names.includes(partition.name));
  return found.length === names.length ? found : [];
}
