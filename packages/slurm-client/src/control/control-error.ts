import { JobControlError } from "../error/job-control-error.js";
import type { JobDetail } from "../job/job-detail.js";
import type { ControlProblem } from "./control-problem.js";
import { targetId, type JobAction, type JobTarget } from "./job-action.js";

const verbs: Readonly<Record<JobAction["kind"], string>> = {
  cancel: "cancelled",
  hold: "held",
  release: "released",
  suspend: "suspended",
  resume: "resumed",
  requeue: "queued again",
  signal: "signalled",
  update: "changed",
};

export interface RefusedOrder {
  readonly action: JobAction;
  readonly target: JobTarget;
  readonly problem: ControlProblem;
  /** In Slurm's words. */
  readonly message: string;
  /** What the queue says of the job; undefined where it does not know it, or was not asked. */
  readonly detail: JobDetail | undefined;
  /** Who is signed in. */
  readonly user: string;
}

/** The error of an order that Slurm refused: what, why, and what may be done instead. Pure. */
export function controlError(order: RefusedOrder): JobControlError {
  const { action, target, problem, message, detail } = order;
  const partly = action.kind === "update" && action.changes.length > 1 ? "; Slurm may have made some of the changes all the same: it makes them one after the other" : "";
  return new JobControlError(problem, `job ${targetId(target)} cannot be ${verbs[action.kind]}: ${explain(order)} (Slurm: ${message})${partly}`, {
    detail: { job: targetId(target), action: action.kind, said: message, owner: detail?.user, state: detail?.state.base },
  });
}

function explain({ action, problem, detail, user }: RefusedOrder): string {
  switch (problem) {
    case "permission-denied":
      return denied(action, detail, user);
    case "ended":
      return "it has ended";
    case "not-found":
      return "neither the controller nor accounting knows it";
    case "no-answer":
      return "the controller gave no answer; look at the job before trying again";
    case "not-running":
      return action.kind === "requeue" ? "it waits in the queue already; hold() keeps it there" : "it does not run; hold() and update() are for jobs that wait";
    case "not-pending":
      return "it runs, and this can be changed only while it waits; of a running job time (downwards), nice, name, comment, requeue, mailTypes, mailUser and extra can be";
    case "not-requeueable":
      return "it was submitted with requeue: false, or is no batch job; update({ requeue: true }) allows it";
    case "busy":
      return "it is just changing its state; try again in a few seconds";
    case "held":
      return "it is held; release() it first";
    case "priority-fixed":
      return "this site computes priorities; change nice instead";
    case "het-component":
      return "it is one component of a heterogeneous job, which is only ended as a whole; use the job's own handle";
    case "not-supported":
      return action.kind === "update" && action.changes.some(({ name }) => name === "ArrayTaskThrottle") ? "atOnce belongs to an array as a whole, not to one of its tasks or to another job" : "this cluster cannot do that";
    case "time-limit":
      return "the time limit is more than its partition or QOS allows";
    case "other":
      return "Slurm refused";
    default:
      return `the ${problem} that it would have ${problem.endsWith("s") ? "are" : "is"} unknown, closed to it, or cannot be met`;
  }
}

function denied(action: JobAction, detail: JobDetail | undefined, user: string): string {
  if (detail !== undefined && detail.user !== user) return `it is a job of ${detail.user}, and you are ${user}; only its owner and operators may`;
  if (action.kind === "suspend" || action.kind === "resume") return "on this cluster only operators may suspend and resume jobs (owners too from 25.11 on); hold() keeps a waiting job from starting, requeue({ hold: true }) ends a running one for now";
  if (action.kind === "update") return "an owner may not change that: more time for a running job, a time limit beyond the partition's, and less nice than 0 are operators' rights";
  if (action.kind === "release") return "an administrator holds it; only an operator may release it";
  return "this user may not do that";
}
