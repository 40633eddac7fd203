/**
 * What is asked or told, beside what {@link ClusterInspection} asks and {@link JobControls} tell by the same names.
 *
 * - `queue`, `accounting`: states of jobs, live and ended, as watching and outcomes need them; `details`, `archivedDetails`: what logs and errors do;
 * - `submit`: queueing jobs; `markedInQueue`, `markedInAccounting`: finding those whose answer was lost;
 * - `list`, `history`: lists of jobs; `usage`: what jobs used.
 */
export type RestMatter =
  | "queue" | "accounting" | "details" | "archivedDetails"
  | "submit" | "markedInQueue" | "markedInAccounting"
  | "list" | "history" | "usage"
  | "cancel" | "signal" | "hold" | "release" | "update" | "requeue" | "suspend" | "resume"
  | "partitions" | "nodes" | "reservations" | "licenses" | "qos" | "associations" | "fairShare" | "limitUsage" | "diagnostics"
  | "priorities" | "startEstimates" | "tryStart";

/** By which way a matter goes. What a {@link SubmissionPlan} says of its job is more exact. */
export type RestWay =
  /** Over slurmrestd; `except`: when it does not. */
  | { readonly kind: "rest"; readonly except?: string | undefined }
  /** By the commands of the login node, all the same. */
  | { readonly kind: "command-line"; readonly because: string };

/** How a connection uses slurmrestd. */
export interface RestFacts {
  /** Of the API, the newest that both sides know, e.g. `v0.0.42`. */
  readonly version: string;
  /** As whom slurmrestd is asked. */
  readonly user: string;
  readonly ways: Readonly<Record<RestMatter, RestWay>>;
}
