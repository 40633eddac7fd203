import type { Cancellable, ExecResult } from "@hpckit/core";
import { AllocationLostError } from "../error/step-errors.js";
import type { Job } from "../job/job.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { JobState } from "../state/job-state.js";

/** What srun says where the job is gone, or ends under it. Seen on 22.05.8, 24.11.5 and 26.05.5; tasks can print it, too. */
export const saysGone = /Job step aborted|has expired|Expired or invalid job|Unable to confirm allocation|Node failure|Unable to create step for job [^:\n]+: (?:Job\/step already completing|Invalid job id)/;

/**
 * Tells a step that failed from one whose allocation ended. Only where srun speaks of it is the controller asked.
 * @param said - what was printed on stderr, or the end of it.
 * @throws AllocationLostError
 */
export async function refuseLoss(context: SlurmContext, job: Job, result: ExecResult, said: string): Promise<ExecResult> {
  if (result.ok || !saysGone.test(said)) return result;
  // Who cannot be asked says nothing about the allocation: the step has failed in any case. And one that waits to run again has no outcome for long.
  const rows = await context.backend.queue([job.id]).catch(() => undefined);
  if (rows === undefined || rows.some(({ state }) => isHeld(state) || state.base === "PENDING")) return result;
  throw new AllocationLostError(job.id, await job.done());
}

/** Whether it still has its nodes, and will go on with them. */
const isHeld = ({ base, flags }: JobState): boolean => (base === "RUNNING" || base === "SUSPENDED") && !flags.includes("COMPLETING");

/** Seconds until the time limit. @throws AllocationLostError */
export async function timeLeft({ backend }: SlurmContext, job: Job, options: Cancellable): Promise<number> {
  const [found] = await backend.list({ ids: [job.id] }, options);
  // The controller knows a job for some minutes after its end, too.
  if (found === undefined || !isHeld(found.state) || found.timeLimitSeconds === undefined || found.elapsedSeconds === undefined) throw new AllocationLostError(job.id, await job.done(options));
  return Math.max(0, found.timeLimitSeconds - found.elapsedSeconds);
}
