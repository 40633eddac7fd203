/**
 * How a job ended, as far as clean-up must know: the outcome of a job, or `{ kind: "not-submitted" }` for one that never
 * came to be.
 */
export interface JobEnd {
  readonly kind: string;
  /** Of an array job: each of its tasks must have ended. */
  readonly tasks?: readonly JobEnd[] | undefined;
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
  "node-failure",
  "boot-failure",
  "deadline",
]);

export const isFinal = ({ kind, tasks = [] }: JobEnd): boolean => finalKinds.has(kind) && tasks.every(isFinal);
