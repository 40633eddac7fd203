/**
 * What a job is doing, as Slurm's base states say it; `UNKNOWN` for a word that this version of hpckit does not know, or
 * where Slurm shows only a flag that hides the base.
 * @see squeue(1), JOB STATE CODES
 */
export type JobStateName =
  | "PENDING"
  | "RUNNING"
  | "SUSPENDED"
  | "COMPLETED"
  | "CANCELLED"
  | "FAILED"
  | "TIMEOUT"
  | "NODE_FAIL"
  | "PREEMPTED"
  | "BOOT_FAIL"
  | "DEADLINE"
  | "OUT_OF_MEMORY"
  | "UNKNOWN";

/** What goes on beside the base state. */
export type JobStateFlag =
  | "COMPLETING"
  | "CONFIGURING"
  | "EXPEDITING"
  | "LAUNCH_FAILED"
  | "POWER_UP_NODE"
  | "RECONFIG_FAIL"
  | "REQUEUED"
  | "REQUEUE_FED"
  | "REQUEUE_HOLD"
  | "RESIZING"
  | "RESV_DEL_HOLD"
  | "REVOKED"
  | "SIGNALING"
  | "SPECIAL_EXIT"
  | "STAGE_OUT"
  | "STOPPED";

export interface JobState {
  readonly base: JobStateName;
  readonly flags: readonly JobStateFlag[];
  /** As Slurm wrote it. */
  readonly raw: string;
}

const activeStates = ["PENDING", "RUNNING", "SUSPENDED"] as const satisfies readonly JobStateName[];
const finalStates = [
  "COMPLETED",
  "CANCELLED",
  "FAILED",
  "TIMEOUT",
  "NODE_FAIL",
  "PREEMPTED",
  "BOOT_FAIL",
  "DEADLINE",
  "OUT_OF_MEMORY",
] as const satisfies readonly JobStateName[];
const baseStates = [...activeStates, ...finalStates] as const;

export type FinalState = (typeof finalStates)[number];

/**
 * Flags, with the base state that each implies where Slurm's text shows the flag alone. COMPLETING, REQUEUED and those
 * that come with an end hide it.
 * @see Slurm 26.05, src/common/job_state.c; squeue(1)
 */
const flagStates: Readonly<Record<JobStateFlag, JobStateName>> = {
  COMPLETING: "UNKNOWN",
  CONFIGURING: "RUNNING",
  EXPEDITING: "PENDING",
  LAUNCH_FAILED: "UNKNOWN",
  POWER_UP_NODE: "RUNNING",
  RECONFIG_FAIL: "UNKNOWN",
  REQUEUED: "UNKNOWN",
  REQUEUE_FED: "PENDING",
  REQUEUE_HOLD: "PENDING",
  RESIZING: "RUNNING",
  RESV_DEL_HOLD: "PENDING",
  REVOKED: "UNKNOWN",
  SIGNALING: "RUNNING",
  SPECIAL_EXIT: "PENDING",
  STAGE_OUT: "UNKNOWN",
  STOPPED: "RUNNING",
};

const isOneOf = <Name extends string>(names: readonly Name[], word: string): word is Name => (names as readonly string[]).includes(word);
const isFlag = (word: string): word is JobStateFlag => Object.hasOwn(flagStates, word);

/** Reads a state as squeue, sacct and scontrol write it: `RUNNING`, `CANCELLED by 2001`, or a flag such as `COMPLETING`. */
export function parseState(raw: string): JobState {
  const word = /^[A-Z_]+/.exec(raw)?.[0] ?? "";
  if (isOneOf(baseStates, word)) return { base: word, flags: [], raw };
  if (isFlag(word)) return { base: flagStates[word], flags: [word], raw };
  return { base: "UNKNOWN", flags: [], raw };
}

/** Whether a job in this state has ended, if nothing brings it back. */
export const isFinal = (base: JobStateName): base is FinalState => isOneOf(finalStates, base);

/** The user who cancelled, from `CANCELLED by 2001`. */
export function cancelledBy(raw: string): number | undefined {
  const uid = /^CANCELLED by (\d+)/.exec(raw)?.[1];
  return uid === undefined ? undefined : Number(uid);
}
