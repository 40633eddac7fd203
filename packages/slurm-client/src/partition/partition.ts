import { printedQuestion, type Question } from "../backend/question.js";
import { parseKeyValues } from "../cluster/key-values.js";
import { readDuration, readList, readMegabytes, readNumber, readWord } from "../cluster/slurm-values.js";
import { parseTres, type Tres } from "../tres/tres.js";

/** Who may use a partition. A list that is undefined keeps nobody away. */
export interface PartitionAccess {
  readonly allowAccounts: readonly string[] | undefined;
  readonly denyAccounts: readonly string[] | undefined;
  readonly allowQos: readonly string[] | undefined;
  readonly denyQos: readonly string[] | undefined;
  /** Unix groups. */
  readonly allowGroups: readonly string[] | undefined;
  /** Only jobs that name a reservation. */
  readonly reservationOnly: boolean;
  readonly rootOnly: boolean;
}

/**
 * A partition, also one that is hidden, or closed to this user: see {@link PartitionAccess}. Limits are `Infinity` where there is none; what a job gets that asks for nothing is undefined
 * where the partition does not say.
 * @see scontrol(1), `show partition`; slurm.conf(5), PARTITION CONFIGURATION
 */
export interface Partition {
  readonly name: string;
  readonly isDefault: boolean;
  /** Whether Slurm's programs leave it, and jobs in it, out of their lists. It takes jobs all the same. */
  readonly hidden: boolean;
  /** As Slurm says it: `UP`, `DOWN` (queues jobs, starts none), `DRAIN` (takes no new ones), `INACTIVE` (both). */
  readonly state: string;
  /** Longest time limit of a job, in seconds. */
  readonly maxTimeSeconds: number;
  readonly defaultTimeSeconds: number | undefined;
  /** Nodes of one job. */
  readonly minNodes: number;
  readonly maxNodes: number;
  readonly maxCpusPerNode: number;
  readonly maxMemoryPerNodeBytes: number;
  readonly maxMemoryPerCpuBytes: number;
  readonly defaultMemoryPerNodeBytes: number | undefined;
  readonly defaultMemoryPerCpuBytes: number | undefined;
  /** In Slurm's short form, e.g. `c[1-4]`. */
  readonly nodes: string;
  readonly totalNodes: number;
  /** CPUs of all its nodes. */
  readonly totalCpus: number;
  /** All that its nodes have. */
  readonly tres: Tres;
  readonly access: PartitionAccess;
  /** The QOS whose limits hold for all jobs of the partition. */
  readonly qos: string | undefined;
  /** What happens to jobs here that give way: `OFF`, `REQUEUE`, `CANCEL`, `SUSPEND`. */
  readonly preemptMode: string | undefined;
  readonly graceTimeSeconds: number | undefined;
  /** Jobs of a higher tier start first, and preempt others where the site has it so. */
  readonly priorityTier: number | undefined;
  /** How long after its limit a job is ended, in seconds; undefined if the cluster's setting holds. */
  readonly overTimeLimitSeconds: number | undefined;
}

export const partitionsQuestion: Question<readonly Partition[]> = printedQuestion(["scontrol", "--all", "--oneliner", "show", "partition"], parsePartitions);

/**
 * Reads `scontrol --all --oneliner show partition`: without `--all` scontrol shows none that is hidden, or closed to the user's groups.
 * @see scontrol(1)
 */
export function parsePartitions(stdout: string): readonly Partition[] {
  return stdout.split("\n").flatMap((line) => {
    const pairs = parseKeyValues(line);
    const name = pairs.get("PartitionName");
    return name === undefined ? [] : [parsePartition(name, pairs)];
  });
}

/**
 * Whether a partition is open to one of an account's groups, or to all; root may use any. What else closes one depends on the job.
 * @see slurm.conf(5), AllowGroups
 */
export const admitsGroups = ({ access: { allowGroups } }: Partition, { uid, groups }: { readonly uid: number; readonly groups: readonly string[] }): boolean =>
  uid === 0 || allowGroups === undefined || allowGroups.some((name) => groups.includes(name));

function parsePartition(name: string, pairs: ReadonlyMap<string, string>): Partition {
  const limit = (key: string): number => readNumber(pairs.get(key)) ?? Infinity;
  return {
    name,
    isDefault: pairs.get("Default") === "YES",
    hidden: pairs.get("Hidden") === "YES",
    state: pairs.get("State") ?? "UNKNOWN",
    // What cannot be read is no limit: sbatch decides then.
    maxTimeSeconds: readDuration(pairs.get("MaxTime")) ?? Infinity,
    defaultTimeSeconds: readDuration(pairs.get("DefaultTime")),
    minNodes: readNumber(pairs.get("MinNodes")) ?? 0,
    maxNodes: limit("MaxNodes"),
    maxCpusPerNode: limit("MaxCPUsPerNode"),
    maxMemoryPerNodeBytes: readMegabytes(pairs.get("MaxMemPerNode")) ?? Infinity,
    maxMemoryPerCpuBytes: readMegabytes(pairs.get("MaxMemPerCPU")) ?? Infinity,
    defaultMemoryPerNodeBytes: readMegabytes(pairs.get("DefMemPerNode")),
    defaultMemoryPerCpuBytes: readMegabytes(pairs.get("DefMemPerCPU")),
    nodes: readWord(pairs.get("Nodes")) ?? "",
    totalNodes: limit("TotalNodes"),
    totalCpus: limit("TotalCPUs"),
    tres: parseTres(pairs.get("TRES")),
    access: readAccess(pairs),
    qos: readWord(pairs.get("QoS")),
    preemptMode: readWord(pairs.get("PreemptMode")),
    graceTimeSeconds: readNumber(pairs.get("GraceTime")),
    priorityTier: readNumber(pairs.get("PriorityTier")),
    overTimeLimitSeconds: readOverTime(pairs.get("OverTimeLimit")),
  };
}

function readAccess(pairs: ReadonlyMap<string, string>): PartitionAccess {
  const names = (key: string): readonly string[] | undefined => {
    const text = readWord(pairs.get(key));
    return text === undefined || text === "ALL" ? undefined : readList(text);
  };
  return {
    allowAccounts: names("AllowAccounts"),
    denyAccounts: names("DenyAccounts"),
    allowQos: names("AllowQos"),
    denyQos: names("DenyQos"),
    allowGroups: names("AllowGroups"),
    reservationOnly: pairs.get("ReqResv") === "YES",
    rootOnly: pairs.get("RootOnly") === "YES",
  };
}

/** Minutes, `UNLIMITED`, or `NONE`. */
function readOverTime(text: string | undefined): number | undefined {
  if (text === "UNLIMITED") return Infinity;
  const minutes = readNumber(text);
  return minutes === undefined ? undefined : minutes * 60;
}
