import { formatIndexRanges, type IndexRanges } from "../queue/index-ranges.js";
import type { JobChange } from "./job-changes.js";

/**
 * Signals that scancel can send. KILL is not among them: it ends the job, as `cancel()` does with time to clean up.
 * @see scancel(1), `--signal`
 */
export type SignalName =
  | "HUP"
  | "INT"
  | "QUIT"
  | "ABRT"
  | "ALRM"
  | "TERM"
  | "USR1"
  | "USR2"
  | "URG"
  | "CONT"
  | "STOP"
  | "TSTP"
  | "TTIN"
  | "TTOU"
  | "XCPU";

export const signalNames = [
  "HUP", "INT", "QUIT", "ABRT", "ALRM", "TERM", "USR1", "USR2", "URG", "CONT", "STOP", "TSTP", "TTIN", "TTOU",
  "XCPU",
] as const satisfies readonly SignalName[];

/** Whom a signal reaches: the batch script's shell, the steps that srun started, or both with all their children. */
export type SignalReceiver = "batch" | "steps" | "all";

/** What Slurm is told to do with jobs. */
export type JobAction =
  | { readonly kind: "cancel"; readonly hurry: boolean }
  | { readonly kind: "hold" }
  | { readonly kind: "release" }
  | { readonly kind: "suspend" }
  | { readonly kind: "resume" }
  | { readonly kind: "requeue"; readonly hold: boolean }
  | { readonly kind: "signal"; readonly signal: SignalName; readonly to: SignalReceiver }
  | { readonly kind: "update"; readonly changes: readonly JobChange[] };

/** A job, an array job, or some tasks of an array. */
export interface JobTarget {
  readonly id: string;
  readonly task?: number | undefined;
  /** Of an array: many tasks, which are told together. */
  readonly range?: IndexRanges | undefined;
}

/** As Slurm writes it: `12`, `12_4`, or `12_[3-7]`. */
export const targetId = ({ id, task, range }: JobTarget): string => (task !== undefined ? `${id}_${task}` : range !== undefined ? `${id}_[${formatIndexRanges(range)}]` : id);
