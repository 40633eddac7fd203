import { closeMatch } from "@hpckit/core";
import type { Association } from "../association/association.js";
import { admitsGroups, type Partition } from "../partition/partition.js";
import type { Qos } from "../qos/qos.js";
import type { JobSpec } from "../spec/job-spec.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import { readDemand, type JobDemand } from "./job-demand.js";

/** A job, and where it would go. */
export interface CheckedJob {
  readonly spec: JobSpec;
  readonly demand: JobDemand;
  /** The partitions that it names, or the default; none if one of them is not known. */
  readonly partitions: readonly Partition[];
  /** What it would be charged to, if that is known. */
  readonly association: Association | undefined;
  readonly qos: Qos | undefined;
}

/** Slurm's names of accounts and QOS are of small letters, whatever is written. */
export const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Finds out where a job would go. */
export function placeJob(spec: JobSpec, { partitions = [], associations, qos }: Pick<CheckKnowledge, "partitions" | "associations" | "qos">): CheckedJob {
  const chosen = findPartitions(spec, partitions);
  const association = findAssociation(spec, associations ?? [], chosen);
  // Of several QOS Slurm chooses.
  const qosName = spec.qos ?? association?.defaultQos;
  return { spec, demand: readDemand(spec), partitions: chosen, association, qos: qos?.find(({ name }) => qosName !== undefined && sameName(name, qosName)) };
}

function findPartitions({ partition }: JobSpec, all: readonly Partition[]): readonly Partition[] {
  if (partition === undefined) return all.filter(({ isDefault }) => isDefault);
  const names = partition.split(",");
  const found = all.filter(({ name }) => names.includes(name));
  return found.length === new Set(names).size ? found : [];
}

/** One of the partition goes before one of all partitions. */
function findAssociation({ account }: JobSpec, all: readonly Association[], chosen: readonly Partition[]): Association | undefined {
  const ofAccount = all.filter((each) => (account === undefined ? each.isDefaultAccount : sameName(each.account, account)));
  return ofAccount.find(({ partition }) => chosen.some(({ name }) => name === partition)) ?? ofAccount.find(({ partition }) => partition === undefined);
}

/** Partitions to name instead of another: those that the site shows to the user. */
export const offeredPartitions = ({ partitions = [], ...user }: CheckKnowledge): readonly Partition[] => partitions.filter((one) => !one.hidden && admitsGroups(one, user));

/** How long it runs at least. A job that says nothing gets the partition's default, or its longest. */
export const timeOf = ({ demand, partitions }: CheckedJob): number => demand.leastTimeSeconds ?? Math.min(...partitions.map((one) => one.defaultTimeSeconds ?? one.maxTimeSeconds));

/** `did you mean "x"? ` for what was mistyped, and what there is. */
export function suggest(asked: string, allowed: readonly string[], nothing: string): string {
  const match = closeMatch(asked, allowed);
  const list = allowed.length === 0 ? nothing : `may be used: ${allowed.join(", ")}`;
  return `${match === undefined ? "" : `did you mean "${match}"? `}${list}`;
}
