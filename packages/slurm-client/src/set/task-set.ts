import type { Cancellable } from "@hpckit/core";
import type { AcceptedDifference } from "../accepted/find-differences.js";
import type { CheckFinding } from "../check/check-finding.js";
import type { Job } from "../job/job.js";
import type { LogOptions } from "../log/job-log.js";
import type { Outcome, OutcomeKind } from "../outcome/outcome.js";
import type { PrepareOptions } from "../slurm/slurm.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { SubmissionPlan } from "../submit/submission-plan.js";
import type { RetryRule } from "./retry-rule.js";
import type { SetTasksInput } from "./set-tasks.js";

/** What one task of a set asks for, and runs. */
export type TaskSpecInput = Omit<JobSpecInput, "array" | "components">;

/** Any number of tasks that ask for the same and differ by their index, or by variables. */
export interface TaskSetInput {
  /** What the caller calls this piece of work: the same key never runs a task twice. 1 to 150 characters. */
  readonly key: string;
  /** Keeps the keys of two programs of one user apart; by default empty. */
  readonly namespace?: string | undefined;
  /** `$SET_TASK_ID` tells a command its task, whatever array that stands in. */
  readonly spec: TaskSpecInput;
  readonly tasks: SetTasksInput;
  /** Which failed tasks are submitted again. By default none. */
  readonly retry?: RetryRule | undefined;
  /** How many tasks may be in the queue at once, where less is wanted than Slurm allows: the others are held back. At most half of MaxJobCount. */
  readonly queuedAtMost?: number | undefined;
  /** The most tasks of one array. By default as many as Slurm takes, or a quarter of those that may be queued. */
  readonly tasksPerArray?: number | undefined;
}

export interface SubmitSetOptions extends PrepareOptions {
  /** `"refuse"`: throws if what is left of a budget (GrpTRESMins) would not cover all tasks to their time limits. By default that is a finding. */
  readonly budget?: "refuse" | "note" | undefined;
}

/** A set on paper: enough to look at it from another process. Plain JSON, without a secret. */
export interface TaskSetReference {
  readonly cluster: string;
  readonly key: string;
  readonly namespace?: string | undefined;
}

/** How far a set is. Each task is counted once, by the last time that it was submitted. */
export interface TaskSetProgress {
  readonly tasks: number;
  /** Not sent yet: for want of room. */
  readonly held: number;
  /** In the queue, and not running, as far as was seen; what was sent and not looked at yet stands here. */
  readonly pending: number;
  readonly running: number;
  /** Ended, and to be submitted again by the rule. */
  readonly retrying: number;
  /** Ended for good, and how. `not-submitted`: held back when the set was cancelled. */
  readonly ended: Readonly<Partial<Record<OutcomeKind | "not-submitted", number>>>;
  /** Rounds of failed tasks so far. */
  readonly rounds: number;
  readonly arrays: { readonly sent: number; readonly held: number };
  /** Whether this handle has looked at all that was sent. */
  readonly isSeen: boolean;
  /** Whether the set was cancelled: what is still pending or running then has been told to end, or is told by whoever sends it. */
  readonly isCancelled: boolean;
}

/** One array of a set. */
export interface SentArray {
  /** Under which it was submitted. */
  readonly key: string;
  readonly tasks: readonly number[];
  /** 0 for the first time that its tasks were sent. */
  readonly round: number;
  readonly job: Job;
}

/** The end of one task, once. */
export interface SetTaskEnd {
  readonly task: number;
  /** From 1 on. */
  readonly attempt: number;
  readonly outcome: Outcome;
  /** Whether it is to be submitted again. */
  readonly isRetried: boolean;
}

/** A failed task for which the rule has nothing better, e.g. no more memory than it had. */
export interface GivenUpTask {
  readonly task: number;
  readonly why: string;
}

/** What happened to a set, each with how far it is then. */
export type TaskSetEvent = { readonly progress: TaskSetProgress } & (
  | { readonly kind: "progress" }
  /** `differences`: what Slurm made of it that was not asked for; undefined where Slurm did not say. */
  | { readonly kind: "sent"; readonly array: SentArray; readonly differences: readonly AcceptedDifference[] | undefined }
  /** So many tasks wait here for room. */
  | { readonly kind: "held-back"; readonly tasks: number; readonly why: string }
  | { readonly kind: "ended"; readonly tasks: readonly SetTaskEnd[] }
  /** Failed tasks are submitted again, by this or another client; for those that are given up the rule has nothing better. */
  | { readonly kind: "round"; readonly round: number; readonly tasks: readonly number[]; readonly givenUp: readonly GivenUpTask[]; readonly exclude: readonly string[] }
);

/** A {@link TaskSetEvent} before it is told how far the set is. */
export type News = TaskSetEvent extends infer Each ? (Each extends TaskSetEvent ? Omit<Each, "progress"> : never) : never;

/** What became of one task in the end: how its last attempt ended, and why it was given up, if it was. */
export type SetTaskOutcome = { readonly task: number; readonly attempts: number } & ({ readonly kind: "ended"; readonly outcome: Outcome; readonly givenUp?: string } | { readonly kind: "not-submitted" });

/** What {@link TaskSet.retryFailed} submits again, and what it does not. */
export interface RetriedTasks {
  readonly tasks: readonly number[];
  readonly givenUp: readonly GivenUpTask[];
}

/** What became of a set: `completed` if every task is. */
export interface TaskSetOutcome {
  readonly kind: "completed" | "incomplete" | "cancelled";
  readonly tasks: readonly SetTaskOutcome[];
  readonly progress: TaskSetProgress;
}

/** One task of a set. */
export interface SetTask {
  readonly task: number;
  /** Each time that it was submitted, the last one last; each a handle with all that a handle can do. Empty while it is held back. */
  readonly attempts: readonly Job[];
  /** Of its last attempt, if that has ended and the task is not to be submitted again. */
  readonly outcome: Outcome | undefined;
  /** The output of its last attempt. @throws SlurmError `task-held-back` while there is none. */
  log(options?: LogOptions): AsyncIterable<string>;
}

/**
 * A set of tasks, seen as one, however many arrays Slurm has of it. It is sent and watched by this process, as long as that lives: after its end
 * `slurm.submitSet()` with the same input goes on where it was.
 */
export interface TaskSet extends AsyncDisposable {
  readonly key: string;
  readonly cluster: string;
  /** What was found about the set before it was first sent; empty where another process began it. */
  readonly findings: readonly CheckFinding[];

  /** What another process needs to look at the set, with {@link Slurm.set}. */
  toJSON(): TaskSetReference;

  /** As far as was seen: of a set that was taken up that is one look, unless Slurm could not be asked at once. It asks nothing. */
  progress(): TaskSetProgress;

  /** What happens from this call on, beginning with how far it is; ends with the set. Before that the first call tells what was sent until there was this handle. */
  events(options?: Cancellable): AsyncIterable<TaskSetEvent>;

  /** @throws OptionsError if the set has no such task. */
  task(task: number): SetTask;

  /** The arrays that were sent so far. */
  arrays(): readonly SentArray[];

  /**
   * Waits for the end of every task, also of those that are held back or submitted again.
   *
   * Guarantees: as those of {@link Job.done} for each attempt; a task that was never sent is never `completed`.
   * @throws what keeps the set from going on, e.g. an account that was closed: nothing is lost, and the same call goes on later.
   */
  done(options?: Cancellable): Promise<TaskSetOutcome>;

  /**
   * Submits failed tasks again by a person's decision, whatever the rule says: those that ended and are not completed.
   * @param options - `tasks`: only these; `memory` and `time`: instead of what they had; `exclude`: nodes to be left out.
   * @returns the tasks, and those that may have no more of what they had too little of; none where none failed.
   * @throws OptionsError for a task that the set does not have; SlurmError `set-not-sent-here` of a handle that only looks, `set-cancelled`.
   */
  retryFailed(options?: RetryFailedOptions): Promise<RetriedTasks>;

  /**
   * Ends the set: what is held back is never sent, by no client, and what is queued or runs is cancelled.
   *
   * Guarantees: resolved ⇒ it is written down, and Slurm was told of every array that had been sent. A client that was sending at that moment cancels
   * what it sent when it next looks. Also after `done()` has failed, and of a set that was let go.
   * @throws JobControlError if Slurm did not cancel some array: the set is cancelled, and the call can be repeated.
   */
  cancel(options?: Cancellable): Promise<void>;

  /** Stops sending and watching; the jobs go on. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RetryFailedOptions extends Cancellable {
  readonly tasks?: readonly number[] | undefined;
  readonly memory?: RetryRule["memory"];
  readonly time?: RetryRule["time"];
  readonly exclude?: readonly string[] | undefined;
}

/** What {@link Slurm.submitSet} would do. */
export interface TaskSetPlan {
  readonly arrays: readonly {
    readonly key: string;
    readonly tasks: readonly number[];
    /** Whether it would be held back at first. */
    readonly held: boolean;
    readonly plan: SubmissionPlan;
  }[];
  /** Tasks that would be held back, by what, and how often the queue must be emptied for them; each time takes the tasks' time in the queue and at most their time limit. */
  readonly heldBack: { readonly tasks: number; readonly by: string | undefined; readonly turns: number } | undefined;
  readonly findings: readonly CheckFinding[];
}
