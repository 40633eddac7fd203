/**
 * - `refused`: sbatch refuses the job.
 * - `never-starts`: as things are set, it can never start. Slurm queues it without a word, or refuses it, by its version and settings; what is
 *   wrong with its files fails it before its script begins.
 * - `will-wait`: it starts, but not before something has changed.
 * - `note`: worth knowing; it may be right as it is.
 */
export type FindingSeverity = "refused" | "never-starts" | "will-wait" | "note";

export type FindingKind =
  | "array-too-large"
  | "budget"
  | "deadline-too-soon"
  | "file-unreadable"
  | "file-unwritable"
  | "folder-closed"
  | "folder-missing"
  | "limit-reached"
  | "nodes-unavailable"
  | "not-checked"
  | "operators-only"
  | "over-limit"
  | "partition-closed"
  | "partition-down"
  | "requeue-without-effect"
  | "reservation-closed"
  | "reservation-too-short"
  | "too-few-nodes"
  | "too-large"
  | "under-limit"
  | "unknown-account"
  | "unknown-dependency"
  | "unknown-feature"
  | "unknown-license"
  | "unknown-mpi-type"
  | "unknown-node"
  | "unknown-partition"
  | "unknown-qos"
  | "unknown-reservation"
  | "waits-for-licenses"
  | "waits-for-reservation";

/** A limit that is in the way. */
export interface FindingLimit {
  /** Slurm's name of it, e.g. `MaxTime`, `MaxTRESPerJob=cpu`, `GrpTRESMins=gres/gpu`. */
  readonly name: string;
  /** What may be asked for at most (of a minimum: at least). Seconds for times, bytes for memory, else Slurm's own unit. */
  readonly value: number;
  /** How much of it is used by now, where that matters. */
  readonly used?: number | undefined;
  /** Whose limit it is, e.g. `QOS express`. */
  readonly owner: string;
}

/** What a cluster will say of a job, before it is submitted. */
export interface CheckFinding {
  readonly kind: FindingKind;
  readonly severity: FindingSeverity;
  /** The field of the spec that is the matter. */
  readonly field: string;
  /** What is the matter, and the next step. */
  readonly message: string;
  readonly limit?: FindingLimit | undefined;
  /** Names that may be used instead. */
  readonly allowed?: readonly string[] | undefined;
  /** Seconds since the epoch: not before this it starts. */
  readonly earliestStartSeconds?: number | undefined;
}

const order: readonly FindingSeverity[] = ["refused", "never-starts", "will-wait", "note"];

/** The worst first. */
export const bySeverity = (one: CheckFinding, other: CheckFinding): number => order.indexOf(one.severity) - order.indexOf(other.severity);
