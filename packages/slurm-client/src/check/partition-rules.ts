import { formatSlurmMemory, formatSlurmTime } from "@hpckit/core";
import { admitsGroups, type Partition } from "../partition/partition.js";
import type { CheckFinding, FindingKind } from "./check-finding.js";
import type { CheckKnowledge } from "./check-knowledge.js";
import { sameName, type CheckedJob } from "./checked-job.js";

/** Something that a job asks of its partition. */
export interface PartitionRule {
  readonly kind: FindingKind;
  readonly field: string;
  readonly asked: string;
  /** What the partition sets, by Slurm's name; nothing where it is no limit. */
  readonly limit?: { readonly name: string; readonly of: (partition: Partition) => number } | undefined;
  readonly fits: (partition: Partition) => boolean;
  /** What the partition says to it, e.g. `allows 4 nodes`. */
  readonly says: (partition: Partition) => string;
  /** Whether sbatch refuses it whatever the settings are. */
  readonly refused?: boolean | undefined;
}

/** Sizes: a submission is held to them too. A QOS may be flagged to go before a partition's limits. */
export function sizeRules({ demand, spec, qos }: CheckedJob): readonly PartitionRule[] {
  // Slurm lowers a job's time to what the partition allows, where the job allows that.
  const { leastTimeSeconds: seconds, nodes, cpus } = demand;
  const overrides = (flag: string): boolean => qos?.flags.includes(flag) === true;
  const most = (one: Partition): number => (overrides("PartitionMaxNodes") ? one.totalNodes : Math.min(one.maxNodes, one.totalNodes));
  const rules: readonly (PartitionRule | false)[] = [
    seconds !== undefined && !overrides("PartitionTimeLimit") && {
      kind: "over-limit",
      field: spec.timeMin === undefined ? "time" : "timeMin",
      asked: `time ${formatSlurmTime({ seconds })}`,
      limit: { name: "MaxTime", of: (one) => one.maxTimeSeconds },
      fits: (one) => seconds <= one.maxTimeSeconds,
      says: (one) => `allows ${formatSlurmTime({ seconds: one.maxTimeSeconds })}`,
    },
    spec.nodes !== undefined && {
      kind: "over-limit",
      field: "nodes",
      asked: `${nodes} nodes`,
      limit: { name: "MaxNodes", of: most },
      fits: (one) => nodes <= most(one),
      says: (one) => `allows ${most(one)} nodes`,
    },
    {
      kind: "too-large",
      field: demand.cpusField,
      asked: `${cpus} CPUs`,
      fits: (one) => cpus <= one.totalCpus,
      says: (one) => `allows ${one.totalCpus} CPUs in all`,
    },
  ];
  return rules.filter((rule) => rule !== false);
}

/** What may change at any time: states, access, and limits on a node's use. */
export function policyRules({ demand, spec, association, qos }: CheckedJob, user: Pick<CheckKnowledge, "uid" | "groups">): readonly PartitionRule[] {
  const account = association?.account ?? spec.account;
  const qosName = qos?.name ?? (spec.qos?.includes(",") === true ? undefined : spec.qos);
  const rules: readonly (PartitionRule | false)[] = [
    { kind: "partition-down", field: "partition", asked: "a new job", fits: ({ state }) => state !== "DRAIN" && state !== "INACTIVE", says: ({ state }) => `is ${state} and takes none`, refused: true },
    { kind: "partition-closed", field: "partition", asked: "a job of a user", fits: ({ access }) => !access.rootOnly, says: () => "is root's alone", refused: true },
    { kind: "partition-closed", field: "reservation", asked: "a job without a reservation", fits: ({ access }) => spec.reservation !== undefined || !access.reservationOnly, says: () => "takes only jobs that name one" },
    { kind: "partition-closed", field: "partition", asked: "a job of this user's groups", fits: (one) => admitsGroups(one, user), says: ({ access: { allowGroups = [] } }) => `allows the groups ${allowGroups.join(", ")}` },
    account !== undefined && access("account", account, ({ allowAccounts, denyAccounts }) => [allowAccounts, denyAccounts]),
    qosName !== undefined && access("qos", qosName, ({ allowQos, denyQos }) => [allowQos, denyQos]),
    spec.nodes !== undefined && qos?.flags.includes("PartitionMinNodes") !== true && {
      kind: "under-limit",
      field: "nodes",
      asked: `${demand.nodes} nodes`,
      limit: { name: "MinNodes", of: (one) => one.minNodes },
      fits: (one) => demand.mostNodes >= one.minNodes,
      says: (one) => `wants at least ${one.minNodes}`,
    },
    {
      kind: "over-limit",
      field: demand.cpusField,
      asked: `${demand.cpusPerNode} CPUs on a node`,
      limit: { name: "MaxCPUsPerNode", of: (one) => one.maxCpusPerNode },
      fits: (one) => demand.cpusPerNode <= one.maxCpusPerNode,
      says: (one) => `allows ${one.maxCpusPerNode}`,
    },
    ...memoryRules(demand.memoryPerNodeBytes),
  ];
  return rules.filter((rule) => rule !== false);
}

const memoryRules = (bytes: number | undefined): readonly PartitionRule[] =>
  bytes === undefined
    ? []
    : [{
        kind: "over-limit",
        field: "memory",
        asked: `${formatSlurmMemory({ bytes })} on a node`,
        limit: { name: "MaxMemPerNode", of: (one) => one.maxMemoryPerNodeBytes },
        fits: (one) => bytes <= one.maxMemoryPerNodeBytes,
        says: (one) => `allows ${formatSlurmMemory({ bytes: one.maxMemoryPerNodeBytes })}`,
      }];

function access(field: "account" | "qos", name: string, lists: (access: Partition["access"]) => readonly [readonly string[] | undefined, readonly string[] | undefined]): PartitionRule {
  const has = (names: readonly string[] | undefined): boolean => names?.some((each) => sameName(each, name)) ?? false;
  const word = field === "qos" ? "QOS" : "account";
  return {
    kind: "partition-closed",
    field,
    asked: `${word} ${name}`,
    fits: ({ access: own }) => {
      const [allow, deny] = lists(own);
      return (allow === undefined || has(allow)) && !has(deny);
    },
    says: ({ access: own }) => {
      const [allow, deny = []] = lists(own);
      return allow === undefined ? `allows all but ${deny.join(", ")}` : `allows ${allow.join(", ")}`;
    },
  };
}

/**
 * Holds a job against its partitions. Of several one must fit in everything; where none does, the rules that all of them break are found, or,
 * if there is none, what each of them breaks. A site that enforces `ALL` limits wants every one of them to fit.
 */
export function checkPartitions(rules: readonly PartitionRule[], { partitions: chosen }: CheckedJob, all: readonly Partition[], enforced: "NO" | "ANY" | "ALL"): readonly CheckFinding[] {
  const severity = enforced === "NO" ? "never-starts" : "refused";
  const find = (rule: PartitionRule, breaking: readonly Partition[]): CheckFinding => makeFinding(rule, breaking, all, severity);
  const broken = (partition: Partition): readonly PartitionRule[] => rules.filter((rule) => !rule.fits(partition));
  if (enforced === "ALL") {
    return rules.flatMap((rule) => {
      const breaking = chosen.filter((partition) => !rule.fits(partition));
      return breaking.length === 0 ? [] : [find(rule, breaking)];
    });
  }
  if (chosen.length === 0 || chosen.some((partition) => broken(partition).length === 0)) return [];
  const everywhere = rules.filter((rule) => !chosen.some(rule.fits));
  if (everywhere.length > 0) return everywhere.map((rule) => find(rule, chosen));
  return chosen.flatMap((partition) => broken(partition).slice(0, 1).map((rule) => find(rule, [partition])));
}

function makeFinding(rule: PartitionRule, chosen: readonly Partition[], all: readonly Partition[], severity: "refused" | "never-starts"): CheckFinding {
  const others = all.filter(rule.fits);
  const next = others.length === 0 ? "no partition allows that" : `partitions that allow it: ${others.map((one) => (rule.limit === undefined ? one.name : `${one.name} (${rule.says(one).replace(/^\w+ (?:at least )?/, "")})`)).join(", ")}`;
  const widest = rule.limit === undefined ? undefined : [...chosen].sort((one, other) => (rule.limit?.of(other) ?? 0) - (rule.limit?.of(one) ?? 0))[0];
  return {
    kind: rule.kind,
    severity: rule.refused === true ? "refused" : severity,
    field: rule.field,
    message: `${rule.asked}: ${chosen.map((one) => `${one.name} ${rule.says(one)}`).join(", ")}; ${next}`,
    ...(rule.limit === undefined || widest === undefined ? {} : { limit: { name: rule.limit.name, value: rule.limit.of(widest), owner: `partition ${widest.name}` } }),
    allowed: others.map(({ name }) => name),
  };
}
