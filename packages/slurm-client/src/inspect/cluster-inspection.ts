import type { Cancellable } from "@hpckit/core";
import type { Association } from "../association/association.js";
import type { Budget } from "../association/budget.js";
import type { Diagnostics } from "../diagnostics/diagnostics.js";
import type { License } from "../license/license.js";
import type { LimitUsage } from "../limit/limit-usage.js";
import type { ClusterNode } from "../node/cluster-node.js";
import type { NodeFilter } from "../node/node-filter.js";
import type { Partition } from "../partition/partition.js";
import type { FairShare } from "../priority/fair-share.js";
import type { JobPriority } from "../priority/job-priority.js";
import type { StartEstimate } from "../priority/start-estimate.js";
import type { TrialStart } from "../priority/trial-start.js";
import type { Qos } from "../qos/qos.js";
import type { MaintenanceWindow } from "../reservation/maintenance-window.js";
import type { Reservation } from "../reservation/reservation.js";
import type { DependencyJob } from "../spec/dependency.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { ClusterFeatures } from "./cluster-features.js";

/**
 * What a cluster says of itself now, to this user: a site may hide what belongs to others. Each call asks once; nothing is kept.
 *
 * All throw where the answer is not certain: {@link ControllerUnreachableError}, {@link SlurmCommandError}, `OutputUnreadableError`, and what the transport throws. What one
 * answer leaves open is undefined, and never a guess.
 */
export interface ClusterInspection {
  /** What the login node's programs can do, and whether slurmdbd answers; what the controller says is in {@link ClusterFacts.capabilities}. */
  features(options?: Cancellable): Promise<ClusterFeatures>;

  /** All partitions as they are now, hidden and closed ones too; {@link ClusterFacts.partitions} are those for this user's groups, at the time of the connection. */
  partitions(options?: Cancellable): Promise<readonly Partition[]>;

  /** @throws OptionsError for a filter that is wrong. */
  nodes(filter?: NodeFilter, options?: Cancellable): Promise<readonly ClusterNode[]>;

  /** All QOS, with their limits. @throws SlurmCommandError without slurmdbd. */
  qos(options?: Cancellable): Promise<readonly Qos[]>;

  /** The accounts that this user may charge, with limits and QOS. @throws SlurmCommandError without slurmdbd. */
  associations(options?: Cancellable): Promise<readonly Association[]>;

  reservations(options?: Cancellable): Promise<readonly Reservation[]>;

  /** The next or current windows of maintenance, of all nodes, the first to begin first. */
  maintenanceWindows(options?: Cancellable): Promise<readonly MaintenanceWindow[]>;

  /** What this user's associations, the accounts above and the QOS use of their limits now, by the controller's count. */
  limitUsage(options?: Cancellable): Promise<LimitUsage>;

  /** What is left of the resource minutes that this user's jobs are charged to; empty where the site sets no such limits. */
  budgets(options?: Cancellable): Promise<readonly Budget[]>;

  /** Accounts and this user's place in them. */
  fairShare(options?: Cancellable): Promise<readonly FairShare[]>;

  /**
   * What makes up the priority of pending jobs, with a row for each task of an array and each component; others have no row. Nor has what is no
   * candidate yet, as it is held, or waits for other jobs, a time or the tasks of its array. Asks twice if any of the jobs waits.
   * @param jobs - by default all pending jobs of this user.
   */
  priorities(jobs?: readonly DependencyJob[], options?: Cancellable): Promise<readonly JobPriority[]>;

  /** When pending jobs are expected to start, with a row for each task of an array and each component; others have no row. */
  startEstimates(jobs: readonly DependencyJob[], options?: Cancellable): Promise<readonly StartEstimate[]>;

  /**
   * When a job would start if it were submitted now; nothing is queued, and no layer of its launch is resolved.
   * @throws OptionsError for a spec that is wrong in itself.
   */
  tryStart(spec: JobSpecInput, options?: Cancellable): Promise<TrialStart>;

  licenses(options?: Cancellable): Promise<readonly License[]>;

  /** How the controller is doing. */
  diagnostics(options?: Cancellable): Promise<Diagnostics>;
}
