import type { OutcomeKind } from "@hpckit/slurm-client";

/**
 * How a job ended, as far as clean-up must know: the outcome of a job, or `{ kind: "not-submitted" }` for one that never
 * came to be.
 */
export interface JobEnd {
  readonly kind: string;
  /** Of an array job: each of its tasks must have ended. */
  readonly tasks?: readonly JobEnd[] | undefined;
}

/** After a final end no process of the job can come back. A kind that is not listed keeps: what is unknown is not final. */
const finality: Readonly<Record<OutcomeKind | "not-submitted", boolean>> = {
  "not-submitted": true,
  completed: true,
  failed: true,
  cancelled: true,
  timeout: true,
  "out-of-memory": true,
  preempted: true,
  "node-failure": true,
  "boot-failure": true,
  deadline: true,
  "never-started": true,
  lost: false,
};
const finalKinds: ReadonlySet<string> = new Set(Object.entries(finality).flatMap(([kind, isEnd]) => (isEnd ? [kind] : [])));

export const isFinal = ({ kind, tasks = [] }: JobEnd): boolean => finalKinds.has(kind) && tasks.every(isFinal);
