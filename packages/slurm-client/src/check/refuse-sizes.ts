import { OptionsError } from "@hpckit/core";
import { LimitExceededError, NotSatisfiableError } from "../error/submission-errors.js";
import type { JobSpec } from "../spec/job-spec.js";
import { checkSizes, type SizeKnowledge } from "./check-spec.js";

/**
 * Refuses what Slurm would accept and never start: more time, nodes or CPUs than the partition has (PartitionTimeLimit,
 * PartitionNodeLimit, PartitionConfig). Partitions that are not known here are left to sbatch.
 * @throws LimitExceededError, NotSatisfiableError that name the limit, and partitions where it would fit; OptionsError for too
 * large an array.
 */
export function refuseSizes(spec: JobSpec, knowledge: SizeKnowledge): void {
  const [worst] = checkSizes(spec, knowledge);
  if (worst === undefined) return;
  const { kind, message, limit } = worst;
  if (kind === "array-too-large") throw new OptionsError("job spec", [{ path: "array", message }]);
  throw limit === undefined ? new NotSatisfiableError(message, "cpus") : new LimitExceededError(message, limit.name);
}
