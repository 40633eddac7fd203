import type { ExitMeaning } from "../outcome/exit-code.js";
import type { IndexRanges } from "../queue/index-ranges.js";
import type { JobReason } from "../state/job-reason.js";
import type { JobState } from "../state/job-state.js";
import type { Tres } from "../tres/tres.js";

/** What a list says of a job, of some tasks of an array job, or of one component of a heterogeneous job. Times are in seconds since the epoch, by the cluster's clock. */
export interface JobSummary {
  /** Of an array's task: the array's id. Of a component: the leader's. */
  readonly id: string;
  /** Tasks of an array that this is about, as runs; those that wait together are one summary. Undefined for a job that is no array. */
  readonly tasks: IndexRanges | undefined;
  /** Which component of a heterogeneous job, from 0. */
  readonly component: number | undefined;
  /** As its owner wrote it: any text. */
  readonly name: string;
  readonly user: string;
  readonly uid: number | undefined;
  readonly account: string | undefined;
  /** Several, with commas between, while it waits for any of them. */
  readonly partition: string;
  readonly qos: string | undefined;
  readonly reservation: string | undefined;
  readonly state: JobState;
  readonly reason: JobReason | undefined;
  /** Of one that was queued again: when that was. */
  readonly submittedAtSeconds: number | undefined;
  /** Since when nothing but priority and resources has kept it waiting. */
  readonly eligibleAtSeconds: number | undefined;
  /** Of a job that waits: when it is expected to. */
  readonly startedAtSeconds: number | undefined;
  /** Of a job that has not ended: when its time limit will be over. */
  readonly endedAtSeconds: number | undefined;
  readonly elapsedSeconds: number | undefined;
  /** `Infinity` without a limit. */
  readonly timeLimitSeconds: number | undefined;
  /** How often it was queued again; undefined where Slurm does not say (accounting before 24.11). */
  readonly restarts: number | undefined;
  /** Nodes in Slurm's short form, e.g. `c[1-3]`. */
  readonly nodes: string | undefined;
  readonly nodeCount: number | undefined;
  readonly cpuCount: number | undefined;
  /** What it has, or, while it waits, what it asked for. */
  readonly resources: Tres;
  readonly priority: number | undefined;
  /** As its owner wrote it. Accounting has it where the site stores it. */
  readonly comment: string | undefined;
  readonly workFolder: string | undefined;
  /** How it ended; undefined while it goes on, and where the state alone says it. */
  readonly exit: ExitMeaning | undefined;
}

/** What accounting says of a job. */
export interface JobRecord extends JobSummary {
  /** What it asked for. */
  readonly requested: Tres;
  /** The highest exit code of its steps. */
  readonly highestStepExit: ExitMeaning | undefined;
  /** `exit` may be 128 more: accounting takes 128 away from codes from 128 on, before Slurm 25.11. */
  readonly exitCodeUncertain: boolean;
  /** Who cancelled it. */
  readonly cancelledByUid: number | undefined;
}
