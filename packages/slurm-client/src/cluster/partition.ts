import { HpckitError, parseSlurmTime } from "@hpckit/core";
import { parseKeyValues } from "./key-values.js";

/** A partition that this account can see. */
export interface Partition {
  readonly name: string;
  readonly isDefault: boolean;
  /** As Slurm says it: `UP`, `DOWN`, `DRAIN`, `INACTIVE`. */
  readonly state: string;
  /** Longest time limit, in seconds; `Infinity` without one. */
  readonly maxTimeSeconds: number;
  /** Most nodes of one job; `Infinity` without a limit. */
  readonly maxNodes: number;
  readonly totalNodes: number;
  /** CPUs of all its nodes. */
  readonly totalCpus: number;
}

/**
 * Reads `scontrol --oneliner show partition`.
 * @see scontrol(1); scontrol shows no partition that is hidden or closed to the account
 */
export function parsePartitions(stdout: string): readonly Partition[] {
  return stdout.split("\n").flatMap((line) => {
    const pairs = parseKeyValues(line);
    const name = pairs.get("PartitionName");
    if (name === undefined) return [];
    return [{
      name,
      isDefault: pairs.get("Default") === "YES",
      state: pairs.get("State") ?? "UNKNOWN",
      maxTimeSeconds: readTime(pairs.get("MaxTime")),
      maxNodes: readCount(pairs.get("MaxNodes")),
      totalNodes: readCount(pairs.get("TotalNodes")),
      totalCpus: readCount(pairs.get("TotalCPUs")),
    }];
  });
}

/** What cannot be read is no limit: sbatch decides then. */
function readTime(text = ""): number {
  try {
    return parseSlurmTime(text).seconds;
  } catch (error) {
    if (error instanceof HpckitError) return Infinity;
    throw error;
  }
}

const readCount = (text = ""): number => (/^\d+$/.test(text) ? Number(text) : Infinity);
