/**
 * What a reason of Slurm is about.
 *
 * - `priority`, `resources`: it waits in line, or for nodes, CPUs, memory or GPUs that others use;
 * - `dependency`, `begin-time`, `array-limit`: it waits as it was asked to;
 * - `held`: somebody, or Slurm after a failure, holds it back;
 * - `limit`: a limit of the partition, the QOS or the association; `limit` says which;
 * - `licences`, `reservation`, `maintenance`, `nodes`: these are not available;
 * - `partition`: the partition takes or starts no jobs;
 * - `not-allowed`: the account, QOS or group may not (any more);
 * - `impossible`: nothing in the cluster can satisfy it;
 * - `preparing`: it is being made ready, or cleaned up after;
 * - `scheduling`: the controller has not come to it;
 * - `ended`: how it ended;
 * - `failure`: Slurm, a node or a script of the site failed;
 * - `unknown`: a word that this version of hpckit does not know.
 */
export type JobReasonKind =
  | "priority"
  | "resources"
  | "dependency"
  | "begin-time"
  | "array-limit"
  | "held"
  | "limit"
  | "licences"
  | "reservation"
  | "maintenance"
  | "nodes"
  | "partition"
  | "not-allowed"
  | "impossible"
  | "preparing"
  | "scheduling"
  | "ended"
  | "failure"
  | "unknown";

/** A limit that keeps a job waiting. */
export interface ExceededLimit {
  /** Whose it is. `accounting` where Slurm does not say whether it is the QOS's or the association's. */
  readonly of: "qos" | "association" | "partition" | "accounting";
  /** As sacctmgr or slurm.conf names it, e.g. `GrpTRESMins`; undefined where Slurm does not say. */
  readonly name: string | undefined;
  /** Which of its resources, e.g. `cpu`, `gres`. */
  readonly resource: string | undefined;
}

/** Why a job waits, or how it ended. */
export interface JobReason {
  readonly kind: JobReasonKind;
  /** Whether the job can start without anybody changing the job, a limit or the cluster. Of one that has ended: `no`. */
  readonly passesByItself: "yes" | "perhaps" | "no";
  /** One sentence. */
  readonly explanation: string;
  /** What can be done, if anything. */
  readonly nextStep: string | undefined;
  readonly limit?: ExceededLimit | undefined;
  /** As Slurm wrote it, e.g. `ReqNodeNotAvail, UnavailableNodes:c4`. */
  readonly raw: string;
}

export type ReasonRow = Omit<JobReason, "raw">;
