import { AbortedError, type Cancellable } from "@hpckit/core";
import { ControllerUnreachableError, SlurmCommandError } from "../error/slurm-error.js";
import { JobControlError } from "../error/job-control-error.js";
import type { JobDetail } from "../job/job-detail.js";
import type { JobReference } from "../job/job-reference.js";
import { eachIndex, haveCommon, includesIndex } from "../queue/index-ranges.js";
import type { QueueRow } from "../queue/parse-queue.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import { finalState } from "../state/job-state.js";
import { ownRows } from "../watch/job-track.js";
import type { ControlProblem } from "./control-problem.js";
import { controlError } from "./control-error.js";
import type { JobAction, JobTarget } from "./job-action.js";
import type { ControlReply, RefusedTasks } from "./parse-control-reply.js";

/** What became of an order. */
export type ControlResult =
  /** Slurm took it. `refused`: of an array, tasks to which it was not done, e.g. because they have ended. */
  | { readonly kind: "done"; readonly refused?: readonly RefusedTasks[] | undefined }
  /** The job has ended: there was nothing to do it to. */
  | { readonly kind: "ended" };

type Settled = ControlResult | { readonly kind: "failed"; readonly error: JobControlError };

/** A job as its handle or reference names it. */
export type ControlledJob = Pick<JobReference, "id" | "submittedAtSeconds" | "task"> & Partial<JobReference> & Pick<JobTarget, "range">;

/** Ids come again after months, or when a site begins anew: an older reference is compared with the queue before anything is done. */
const trustedForSeconds = 3600;

/**
 * Orders that only jobs which run are given. scancel tries for 95 seconds to signal a job that waits; and a requeue would run a job
 * again that has ended, while the controller remembers it (22.05 to 26.05).
 */
const isForRunning = ({ kind }: JobAction): boolean => kind === "signal" || kind === "requeue";

const targetOf = ({ id, task, range }: ControlledJob): JobTarget => ({ id, task, range });

/**
 * Tells Slurm to do one thing with many jobs, in one round trip where all of them are its own, fresh and willing.
 *
 * Guarantees: an id that now belongs to another job is not touched; a job that has ended is no failure; every job has a result.
 */
export async function control(context: SlurmContext, action: JobAction, jobs: readonly ControlledJob[], options: Cancellable = {}): Promise<readonly Settled[]> {
  if (options.signal?.aborted === true) throw new AbortedError("nothing was sent to Slurm: the call was aborted before", { cause: options.signal.reason });
  const known = await lookBefore(context, action, jobs, options);
  const results = new Map<ControlledJob, Settled>();
  const willing: ControlledJob[] = [];
  const targets: JobTarget[] = [];
  for (const job of jobs) {
    const before = known === undefined ? { targets: [targetOf(job)] } : prepareOrder(context, action, job, known);
    if ("result" in before) results.set(job, before.result);
    else {
      for (const target of before.targets) {
        willing.push(job);
        targets.push(target);
      }
    }
  }
  const replies = await context.backend.control(action, targets, options);
  const refusals: { readonly job: ControlledJob; readonly reply: ControlReply & { kind: "refused" } }[] = [];
  replies.forEach((reply, index) => {
    const job = willing[index];
    if (job === undefined || results.get(job)?.kind === "done") return;
    if (reply.kind === "done") results.set(job, reply.refused.length === 0 ? { kind: "done" } : { kind: "done", refused: reply.refused });
    else if (reply.problem === "ended") results.set(job, { kind: "ended" });
    else refusals.push({ job, reply });
  });
  await explainRefusals(context, action, refusals.filter(({ job }) => results.get(job)?.kind !== "done"), results, options);
  return jobs.map((job) => results.get(job) ?? { kind: "ended" });
}

/** What the queue says beforehand, where that must be known; undefined where it need not. */
async function lookBefore(context: SlurmContext, action: JobAction, jobs: readonly ControlledJob[], options: Cancellable): Promise<readonly QueueRow[] | undefined> {
  const oldest = Math.min(...jobs.map(({ submittedAtSeconds }) => submittedAtSeconds));
  const old = context.clock.now() / 1000 - oldest > trustedForSeconds;
  return old || isForRunning(action) ? context.backend.queue([...new Set(jobs.map(({ id }) => id))], options) : undefined;
}

function prepareOrder({ transport }: SlurmContext, action: JobAction, job: ControlledJob, known: readonly QueueRow[]): { readonly targets: readonly JobTarget[] } | { readonly result: Settled } {
  const wanted = job.task === undefined ? job.range : [{ first: job.task, last: job.task }];
  const rows = ownRows(known, job as JobReference).filter((row) => wanted === undefined || (row.tasks !== undefined && haveCommon(row.tasks, wanted)));
  // A job that was queued again has a later time of submission, and a count of restarts.
  const another = rows.find((row) => row.restarts === 0 && (row.submittedAtSeconds ?? 0) > job.submittedAtSeconds + trustedForSeconds);
  const refuse = (problem: "not-found" | "not-running", message: string): { result: Settled } => ({
    result: { kind: "failed", error: controlError({ action, target: targetOf(job), problem, message, detail: undefined, user: transport.target.user }) },
  });
  if (another !== undefined) return refuse("not-found", "the id is another job's now");
  if (!isForRunning(action) || rows.length === 0) return { targets: [targetOf(job)] };
  const running = rows.filter(({ state }) => state.base === "RUNNING" || state.base === "SUSPENDED");
  if (running.length > 0) return { targets: running.flatMap(({ tasks }) => (tasks === undefined ? [{ id: job.id }] : [...eachIndex(tasks)].filter((task) => wanted === undefined || includesIndex(wanted, task)).map((task) => ({ id: job.id, task })))) };
  if (rows.every(({ state }) => finalState(state) !== undefined)) return { result: { kind: "ended" } };
  return refuse("not-running", rows.map(({ state }) => state.raw).join(", "));
}

/** Finds out what stands behind refusals: whose a job is, and whether one that the controller does not know has ended. */
async function explainRefusals(
  context: SlurmContext,
  action: JobAction,
  refusals: readonly { readonly job: ControlledJob; readonly reply: ControlReply & { kind: "refused" } }[],
  results: Map<ControlledJob, Settled>,
  options: Cancellable,
): Promise<void> {
  if (refusals.length === 0) return;
  const missing = await missingAfterNoAnswer(context, refusals.filter(({ reply }) => reply.problem === "no-answer").map(({ job }) => job), options);
  const isUnknown = ({ job, reply }: { readonly job: ControlledJob; readonly reply: { readonly problem: ControlProblem } }): boolean => reply.problem === "not-found" || missing.has(job);
  const unknown = refusals.filter(isUnknown).map(({ job }) => job);
  const ended = await endedByAccounting(context, unknown, options);
  const details = await detailsOf(context, refusals.filter(({ job }) => !ended.has(job)).map(({ job }) => job.id), options);
  for (const { job, reply } of refusals) {
    const { message } = reply;
    const problem = missing.has(job) ? "not-found" : reply.problem;
    const detail = details.find(({ jobId, tasks }) => jobId === job.id && (job.task === undefined || tasks?.includes(job.task) === true));
    const error = controlError({ action, target: targetOf(job), problem, message, detail, user: context.transport.target.user });
    results.set(job, ended.has(job) ? { kind: "ended" } : { kind: "failed", error });
  }
}

/**
 * Whether the controller answers at all, and does not know a job. It is asked, because scontrol says the same of both.
 * @throws ControllerUnreachableError
 */
async function missingAfterNoAnswer({ backend }: SlurmContext, jobs: readonly ControlledJob[], options: Cancellable): Promise<ReadonlySet<ControlledJob>> {
  if (jobs.length === 0) return new Set();
  const rows = await backend.queue([...new Set(jobs.map(({ id }) => id))], options).catch((error: unknown) => {
    if (error instanceof AbortedError) throw error;
    throw new ControllerUnreachableError("the Slurm controller does not answer; whether it was told is not known: look at the job before telling it again", { cause: error });
  });
  return new Set(jobs.filter((job) => ownRows(rows, job as JobReference).length === 0));
}

async function endedByAccounting({ backend, facts }: SlurmContext, jobs: readonly ControlledJob[], options: Cancellable): Promise<ReadonlySet<ControlledJob>> {
  if (jobs.length === 0 || !facts.accounting) return new Set();
  const records = await helpful(backend.accounting([...new Set(jobs.map(({ id }) => id))], options));
  return new Set(
    jobs.filter((job) => {
      const own = ownRows(records, job as JobReference).filter(({ tasks }) => job.task === undefined || (tasks !== undefined && includesIndex(tasks, job.task)));
      return own.length > 0 && own.every(({ state }) => finalState(state) !== undefined);
    }),
  );
}

const detailsOf = ({ backend }: SlurmContext, ids: readonly string[], options: Cancellable): Promise<readonly JobDetail[]> => helpful(backend.details([...new Set(ids)], options));

/** Serves an error that is on its way: what cannot be found out is left out of it. */
const helpful = <Row>(answer: Promise<readonly Row[]>): Promise<readonly Row[]> =>
  answer.catch((error: unknown) => {
    if (error instanceof SlurmCommandError || error instanceof ControllerUnreachableError) return [];
    throw error;
  });

/** Tells Slurm to do one thing with one job. @throws JobControlError */
export async function controlOne(context: SlurmContext, action: JobAction, job: ControlledJob, options: Cancellable = {}): Promise<ControlResult> {
  const [result] = await control(context, action, [job], options);
  if (result === undefined || result.kind === "failed") throw result?.error ?? new JobControlError("other", `no answer about job ${job.id}`);
  return result;
}
