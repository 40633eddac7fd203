import { HpckitError, type Cancellable } from "@hpckit/core";
import { RestAuthenticationError, SlurmRestError } from "../../error/slurm-error.js";
import { isBeforeStart } from "../../submit/before-start.js";
import { renderRestProblem, type SbatchReply } from "../../submit/sbatch-answer.js";
import type { SubmitAnswer } from "../../submit/submit-frames.js";
import type { RestSession } from "../rest-session.js";
import { submitRestJob, type RestSubmission } from "./submit-job.js";

/** What became of a request to queue a job. */
export type Sent =
  /** As sbatch would have answered. */
  | { readonly kind: "replied"; readonly reply: SbatchReply }
  | Extract<SubmitAnswer, { readonly kind: "not-sent" | "unanswered" | "skipped" }>
  /** slurmrestd could not read the job; nothing was queued. */
  | { readonly kind: "unreadable" };

/** slurmrestd's own errors: it did not come to the controller. @see slurm/slurm_errno.h, ESLURM_REST_*, ESLURM_DATA_* */
const isOfReading = (number: number | undefined): boolean => number !== undefined && number >= 9000 && number < 10_000;

/** A token that is refused, or that there is none of; nobody there; no such address, or another one: the request did nothing. */
const isNotTaken = (error: unknown): boolean => error instanceof RestAuthenticationError || isBeforeStart(error) || (error instanceof SlurmRestError && !error.retryable);

/** Sends one request. Throws nothing but what is no {@link HpckitError}. */
export async function sendOne(session: RestSession, submission: RestSubmission, options: Cancellable): Promise<Sent> {
  try {
    const { id, problems } = await submitRestJob(session, submission, options);
    if (id !== undefined) return { kind: "replied", reply: { exitCode: 0, printed: id } };
    if (problems.some(({ number }) => isOfReading(number))) return { kind: "unreadable" };
    const printed = problems.length === 0 ? "slurmrestd: error -1: neither a job nor an error" : problems.map(renderRestProblem).join("\n");
    return { kind: "replied", reply: { exitCode: 1, printed } };
  } catch (error) {
    if (isNotTaken(error)) return { kind: "not-sent", error };
    if (error instanceof HpckitError) return { kind: "unanswered", cause: error };
    throw error;
  }
}
