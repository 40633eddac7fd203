import type { AccountingRecord } from "../accounting/accounting-record.js";
import type { QueueRow } from "../queue/parse-queue.js";
import { finalState } from "../state/job-state.js";
import { ownRows } from "../watch/job-track.js";
import type { FoundClaims } from "./claim-record.js";
import { decideClaims, type Decision } from "./decide-claims.js";
import type { MarkedJob } from "./marked-jobs.js";

/**
 * Why the records of a key stay: nobody knows yet what became of the submission; a job of it has not ended; neither the controller nor accounting
 * knows its job; or it was submitted again meanwhile, or could not be removed.
 */
export type KeptBecause = "open" | "not-ended" | "unknown-job" | "changed" | "not-removable";

/** What Slurm said of the jobs of some keys. */
export interface JobEvidence {
  readonly queue: readonly QueueRow[];
  /** Of jobs that are not in the queue; empty where there is no accounting. */
  readonly accounting: readonly AccountingRecord[];
  /** Jobs in the queue that have the key's mark. */
  readonly marked: readonly MarkedJob[];
}

/** What is recorded of a key, without the attempts of those that had begun to remove it. */
export const decideForForgetting = ({ attempts, fence }: FoundClaims): Decision => decideClaims({ attempts: attempts.filter(({ state }) => state.kind !== "forgetting"), fence }, undefined);

/** Whether a key's records may go; undefined: they may. Pure. What is not known for certain stays. */
export function judgeClaims(decision: Decision, { queue, accounting, marked }: JobEvidence, unknownJobs: "keep" | "forget"): KeptBecause | undefined {
  const id = decision.kind === "job" ? decision.id : undefined;
  // Another job of the key, which gives way once it starts, finds by the records to whom.
  if (marked.some((job) => job.id !== id)) return "not-ended";
  if (decision.kind === "open" || decision.kind === "conflict") return "open";
  if (decision.kind === "free") return undefined;
  const job = { id: decision.id, submittedAtSeconds: decision.submittedAtSeconds, cluster: "" };
  const rows = [...ownRows(queue, job), ...ownRows(accounting, job)];
  if (rows.some(({ state }) => finalState(state) === undefined)) return "not-ended";
  return rows.length === 0 && unknownJobs === "keep" ? "unknown-job" : undefined;
}
