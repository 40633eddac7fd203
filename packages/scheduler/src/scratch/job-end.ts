/**
 * How a job ended, as far as clean-up must know: the outcome of a job, or `{ kind: "not-submitted" }` for one that never
 * came to be.
 */
export interface JobEnd {
  readonly kind: string;
}

/** Ends after which no process of the job can come back. All others keep: what is unknown is not final. */
const finalKinds: ReadonlySet<string> = new Set([
  "not-submitted",
  "completed",
  "failed",
  "cancelled",
  "timeout",
  "out-of-memory",
  "preempted",
  "node-failed",
  "boot-failed",
  "deadline",
]);

export const isFinal = (end: JobEnd): boolean => finalKinds.has(end.kind);
