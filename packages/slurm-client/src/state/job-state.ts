import { remember } from "./remember.js";

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

interface FlagFacts {
  /** The base state that the flag implies where Slurm's text shows it alone; `UNKNOWN` where it hides the base. */
  readonly implies: JobStateName;
  /** Whether a job with it goes on, whatever its base: it is being ended, or is queued again. */
  readonly goesOn: boolean;
}

const goesOn = (implies: JobStateName): FlagFacts => ({ implies, goesOn: true });
const beside = (implies: JobStateName): FlagFacts => ({ implies, goesOn: false });

/**
 * All flags. In text one word is shown, and a flag hides the base; JSON lists both from 23.11 on, in no fixed order.
 * LAUNCH_FAILED, POWER_UP_NODE and RECONFIG_FAIL are in JSON only, EXPEDITING from 26.05 on. No other column of squeue tells the base
 * that COMPLETING hides: see the decision page on reasons.
 * @see Slurm 22.05 to 26.05, `job_state_string` in src/common/slurm_protocol_defs.c, slurm/slurm.h, and the flags of JOB_STATE
 * in src/plugins/data_parser; squeue(1)
 */
const flagFacts: Readonly<Record<JobStateFlag, FlagFacts>> = {
  COMPLETING: goesOn("UNKNOWN"),
  CONFIGURING: goesOn("RUNNING"),
  EXPEDITING: goesOn("PENDING"),
  LAUNCH_FAILED: beside("UNKNOWN"),
  POWER_UP_NODE: goesOn("RUNNING"),
  RECONFIG_FAIL: beside("UNKNOWN"),
  REQUEUED: goesOn("UNKNOWN"),
  REQUEUE_FED: goesOn("PENDING"),
  REQUEUE_HOLD: goesOn("PENDING"),
  RESIZING: goesOn("RUNNING"),
  RESV_DEL_HOLD: goesOn("PENDING"),
  REVOKED: beside("UNKNOWN"),
  SIGNALING: goesOn("RUNNING"),
  SPECIAL_EXIT: goesOn("PENDING"),
  STAGE_OUT: goesOn("UNKNOWN"),
  STOPPED: goesOn("RUNNING"),
};

/** All words for states, as filters take them. */
export const stateWords = [...baseStates, ...(Object.keys(flagFacts) as JobStateFlag[])] as const;

const isOneOf = <Name extends string>(names: readonly Name[], word: string): word is Name => (names as readonly string[]).includes(word);
const isFlag = (word: string): word is JobStateFlag => Object.hasOwn(flagFacts, word);

/** Reads a state as squeue, sacct and scontrol write it: `RUNNING`, `CANCELLED by 2001`, or a flag such as `COMPLETING`. */
export const parseState = remember((raw): JobState => readState([/^[A-Z_]+/.exec(raw)?.[0] ?? ""], raw));

/** Reads a state as JSON lists it: the base and its flags, in any order; words that are not known count for nothing. */
export function readState(words: readonly string[], raw: string = words.join(" ")): JobState {
  const flags = words.filter(isFlag);
  const base = words.find((word): word is (typeof baseStates)[number] => isOneOf(baseStates, word)) ?? flags.map((flag) => flagFacts[flag].implies).find((implied) => implied !== "UNKNOWN") ?? "UNKNOWN";
  return { base, flags, raw };
}

/** Whether a job in this state has ended, if nothing brings it back and no flag says that it goes on. */
export const isFinal = (base: JobStateName): base is FinalState => isOneOf(finalStates, base);

/** The state in which a job has ended, if nothing brings it back; undefined while it goes on, and where that is not known. */
export const finalState = ({ base, flags }: JobState): FinalState | undefined => (isFinal(base) && !flags.some((flag) => flagFacts[flag].goesOn) ? base : undefined);

/** The base that a job which goes on shows: one that has ended, and is being cleaned up or queued again, shows none. */
export const liveBase = ({ base }: JobState): JobStateName => (isFinal(base) ? "UNKNOWN" : base);

/** The user who cancelled, from `CANCELLED by 2001`. */
export function cancelledBy(raw: string): number | undefined {
  const uid = /^CANCELLED by (\d+)/.exec(raw)?.[1];
  return uid === undefined ? undefined : Number(uid);
}
