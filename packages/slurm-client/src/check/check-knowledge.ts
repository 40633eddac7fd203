import type { Association } from "../association/association.js";
import type { SlurmVersion } from "../cluster/slurm-version.js";
import type { License } from "../license/license.js";
import type { LimitUsage } from "../limit/limit-usage.js";
import type { ClusterNode } from "../node/cluster-node.js";
import type { Partition } from "../partition/partition.js";
import type { Qos } from "../qos/qos.js";
import type { Reservation } from "../reservation/reservation.js";

/** What a job spec is held against. What is undefined is not known, and no rule speaks about it. */
export interface CheckKnowledge {
  /** By the controller's clock, in seconds since the epoch. */
  readonly nowSeconds: number;
  readonly version: SlurmVersion;
  readonly user: string;
  readonly uid: number;
  /** Unix groups of the user. */
  readonly groups: readonly string[];
  readonly maxArraySize: number;
  /** The most tasks of one array, where the site says more than by its size. */
  readonly maxArrayTasks?: number | undefined;
  readonly enforcePartLimits: "NO" | "ANY" | "ALL";
  /** What jobs are held to: `associations`, `limits`, `qos`, `safe`. */
  readonly enforces: readonly string[];
  readonly partitions?: readonly Partition[] | undefined;
  readonly nodes?: readonly ClusterNode[] | undefined;
  readonly reservations?: readonly Reservation[] | undefined;
  readonly licenses?: readonly License[] | undefined;
  readonly qos?: readonly Qos[] | undefined;
  readonly associations?: readonly Association[] | undefined;
  readonly limitUsage?: LimitUsage | undefined;
  /** Jobs that it depends on, and that the controller does not know. */
  readonly unknownJobs?: readonly string[] | undefined;
}
