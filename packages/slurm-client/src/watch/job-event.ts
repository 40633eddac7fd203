import type { JobReason } from "../state/job-reason.js";
import type { JobStateFlag, JobStateName } from "../state/job-state.js";

/** A change that was seen in a job. What comes and goes between two looks is not seen. */
export interface JobEvent {
  /** The base state; of an array or heterogeneous job that of its most active task or component. */
  readonly state: JobStateName;
  /** What goes on beside it, e.g. `COMPLETING`. */
  readonly flags: readonly JobStateFlag[];
  /** Why it waits or how it ended, in Slurm's words, e.g. `Resources`. */
  readonly reason: string | undefined;
  /** What the reason means: its kind, whether it can pass by itself, and what can be done. */
  readonly explanation: JobReason | undefined;
  /** Nodes in Slurm's short form, e.g. `c[1-3]`. */
  readonly nodes: string | undefined;
  /** How often it was queued again. */
  readonly restarts: number;
  /** The state as Slurm wrote it. */
  readonly raw: string;
  /** Seconds since the epoch, by this machine's clock: when the change was seen. */
  readonly observedAtSeconds: number;
  readonly source: "queue" | "accounting" | "none";
  /** Of an array job: how many tasks are in which state. */
  readonly tasks?: Readonly<Partial<Record<JobStateName, number>>> | undefined;
}

/** Whether two events of one job say the same of it. */
export const isSameEvent = (one: JobEvent, other: JobEvent): boolean =>
  one.state === other.state &&
  one.reason === other.reason &&
  one.nodes === other.nodes &&
  one.restarts === other.restarts &&
  one.flags.join() === other.flags.join() &&
  (one.tasks === other.tasks || JSON.stringify(one.tasks) === JSON.stringify(other.tasks));
