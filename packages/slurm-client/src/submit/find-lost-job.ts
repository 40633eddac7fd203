import { randomUUID } from "node:crypto";
import { HpckitError, OutputUnreadableError, TransportError, type Cancellable } from "@hpckit/core";
import { askSlurm } from "../cluster/slurm-command.js";
import { SubmissionError } from "../error/submission-errors.js";
import { commandFailed } from "../error/command-failed.js";
import type { SlurmContext } from "../slurm/slurm-context.js";
import type { SubmissionPlan } from "./submission-plan.js";
import type { SubmitReply } from "./submit-reply.js";

/** Before each look, in milliseconds. A controller that was too busy to answer may queue the job some time later. */
const delaysMs = [0, 1000, 2000, 4000, 8000, 15_000];
/** Who gave up is not kept waiting. */
const delaysAfterAbortMs = [0, 1000];

/**
 * Looks in the queue for the job of a submission whose answer was lost; sbatch is not started again.
 *
 * @throws the error that was given; if that leaves open whether the job exists and the queue does not show it, one of
 * outcome `unknown` that says how to look later.
 */
export async function findLostJob(context: SlurmContext, plan: SubmissionPlan, error: unknown, { signal }: Cancellable): Promise<SubmitReply> {
  if (!(error instanceof SubmissionError) || error.outcome !== "unknown") throw error;
  for (const delayMs of signal?.aborted === true ? delaysAfterAbortMs : delaysMs) {
    await context.clock.sleep(delayMs);
    const look = await queryMarked(context, plan).catch((failure: unknown) => {
      if (!(failure instanceof HpckitError)) throw failure;
      return failure;
    });
    if (look instanceof TransportError && !look.retryable) break;
    if (look !== undefined && !(look instanceof HpckitError)) return look;
  }
  throw new SubmissionError(
    error.code,
    `${error.message}; the job may exist, though the queue did not show it: before submitting again look for the comment ${plan.mark} with squeue --states=all --Format=JobID,Comment:1024`,
    { cause: error, outcome: "unknown", detail: { ...error.detail, mark: plan.mark, secretsFile: plan.secretsFile } },
  );
}

const fieldEnd = "\x1f";

/** Asks for the one job with this mark. @throws HpckitError where the answer is not certain. */
async function queryMarked({ transport, programs, facts }: SlurmContext, { mark, components }: SubmissionPlan): Promise<SubmitReply | undefined> {
  const recordEnd = `\x1e${randomUUID()}\x1e`;
  const format = `ArrayJobID:${fieldEnd},SubmitTime:${fieldEnd},Comment:${recordEnd}`;
  const result = await askSlurm(transport, programs, ["squeue", "--noheader", "--states=all", `--user=${facts.uid}`, `--Format=${format}`]);
  if (!result.ok) throw commandFailed(result);
  return parseMarked(result.stdout, { mark, recordEnd, components });
}

export interface MarkedOptions {
  readonly mark: string;
  readonly recordEnd: string;
  /** How many components a heterogeneous job has: each is a job of its own here, of the same comment. */
  readonly components?: number | undefined;
}

/**
 * Finds the job whose comment ends with a mark; rows of an array's tasks are one job, and of components the first is meant.
 * Other comments can hold anything.
 * @throws OutputUnreadableError where it cannot be told which job it is.
 */
export function parseMarked(stdout: string, { mark, recordEnd, components = 1 }: MarkedOptions): SubmitReply | undefined {
  const found = new Map<string, SubmitReply>();
  for (const record of stdout.split(recordEnd).slice(0, -1)) {
    const [id = "", submittedAt = "", ...comment] = record.trimStart().split(fieldEnd);
    if (!comment.join(fieldEnd).endsWith(mark)) continue;
    if (!/^[1-9]\d*$/.test(id) || !/^\d+$/.test(submittedAt)) throw new OutputUnreadableError("squeue", "a row without a job id or a time", record);
    found.set(id, { id, submittedAtSeconds: Number(submittedAt) });
  }
  // The first component's id is the lowest.
  const [reply, ...others] = [...found.values()].sort((one, other) => Number(one.id) - Number(other.id));
  if (reply !== undefined && others.length !== components - 1) throw new OutputUnreadableError("squeue", `${found.size} jobs have the mark of ${components}`, stdout);
  return reply;
}
