import { commandSchema, type Word } from "@hpckit/core";
import { z } from "zod";

/** Signals by which a program can be asked for a checkpoint. Not INT: a shell starts its background children with it ignored. */
export type CheckpointSignal = "USR1" | "USR2" | "TERM" | "HUP";

/** Asks the command itself. */
export interface SignalCheckpoint {
  /** What the command gets; a step hands it on to its tasks, a container to its process. */
  readonly signal: CheckpointSignal;
}

/** Asks somebody else: a checkpointer such as DMTCP, or a file that the command looks for. */
export interface CommandCheckpoint {
  /** Runs on the first node beside the command, without its layers. */
  readonly command: readonly Word[];
  /**
   * Once it has succeeded: `end` ends the command, whose checkpoint it has written; `wait` (default) lets the command end by itself.
   */
  readonly then?: "end" | "wait" | undefined;
}

export interface SurviveLimitOptions {
  /**
   * How often the job queues itself again at its time limit, at most: it computes no longer than `(requeues + 1) × time`. Every earlier
   * restart counts, as Slurm counts them. A job that is preempted is always queued again, and so is a start whose time is nearly up while it still waits
   * for the end of an earlier one: it has computed nothing. Only a preemption without a grace, which comes while a start still waits, ends it for good.
   */
  readonly requeues: number;
  /**
   * How many seconds before the limit the command is asked for a checkpoint (default 120). Slurm may ask up to a minute sooner. The last
   * quarter of the time, at most 30 seconds, is kept for queueing again: a command that is still there then is ended.
   */
  readonly warnSeconds?: number | undefined;
  /** How the command is asked (default `{ signal: "USR2" }`). */
  readonly checkpoint?: SignalCheckpoint | CommandCheckpoint | undefined;
  /**
   * The exit code by which the command says, at any time, that it has more to do. With one, exit code 0 always means that all is done.
   * Without, 0 after the warning may mean either, and the job runs once more: a run that finds nothing left to do costs little, work
   * taken for done is lost.
   */
  readonly unfinishedExitCode?: number | undefined;
}

/** With what is left out filled in. */
export interface SurvivalSettings {
  readonly requeues: number;
  readonly warnSeconds: number;
  readonly checkpoint: SignalCheckpoint | CommandCheckpoint;
  readonly unfinishedExitCode: number | undefined;
}

/**
 * Exit codes of a job that leaves work undone: its requeues are used up, or somebody is ending it; Slurm does not queue it again.
 * @see sysexits.h, EX_TEMPFAIL, EX_NOPERM
 */
export const survivalExitCodes = { unfinished: 75, requeueRefused: 77 } as const;

export const surviveLimitOptionsSchema: z.ZodType<SurviveLimitOptions> = z.strictObject({
  requeues: z.int({ error: "a whole number" }).min(0, { error: "at least 0" }),
  warnSeconds: z.int({ error: "a whole number of seconds" }).min(1).max(65_535, { error: "at most 65535, which is Slurm's most" }).optional(),
  checkpoint: z
    .union([
      z.strictObject({ signal: z.enum(["USR1", "USR2", "TERM", "HUP"]) }),
      z.strictObject({ command: commandSchema, then: z.enum(["end", "wait"]).optional() }),
    ])
    .optional(),
  unfinishedExitCode: z.int().min(1).max(125, { error: "1 to 125: what is above means a signal to shells" }).optional(),
});
