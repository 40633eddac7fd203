import type { JobStateFlag, JobStateName } from "../state/job-state.js";

/** A change that was seen in a job. What comes and goes between two looks is not seen. */
export interface JobEvent {
  /** The base state; of an array job that of its most active task. */
  readonly state: JobStateName;
  /** What goes on beside it, e.g. `COMPLETING`. */
  readonly flags: readonly JobStateFlag[];
  /** Why it waits or how it ended, in Slurm's words, e.g. `Resources`. */
  readonly reason: string | undefined;
  /** Nodes in Slurm's short form, e.g. `c[1-3]`. */
  readonly nodes: string | undefined;
  /** How often it was queued again. */
  readonly restarts: number;
  /** The state as Slurm wrote it. */
  readonly raw: string;
  /** Seconds since the epoch, by this machine's clock. */
  readonly observedAtSeconds: number;
  readonly source: "queue" | "accounting" | "none";
  /** Of an array job: how many tasks are in which state. */
  readonly tasks?: Readonly<Partial<Record<JobStateName, number>>> | undefined;
}

/** What two events of one job must differ in to be two. */
export const eventKey = ({ state, flags, reason, nodes, restarts, tasks }: JobEvent): string => JSON.stringify([state, flags, reason, nodes, restarts, tasks]);
