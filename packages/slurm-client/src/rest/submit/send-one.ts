import { HpckitError, type Cancellable } from "@hpckit/core";
import { RestAuthenticationError, SlurmRestError } from "../../error/slurm-error.js";
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

/** A token that is refused, or that there is none of; no such address, or another one: the request did nothing. */
const isNotTaken = (error: unknown): boolean => error instanceof RestAuthenticationError || (error instanceof SlurmRestError && !error.retryable);

export interface SendOneOptions extends Cancellable {
  /** Asked right before the first byte whether there is a reason to send nothing. */
  readonly beforeSending: () => Error | undefined;
}

/** Sends one request. Throws nothing but what is no {@link HpckitError}. */
export async function sendOne(session: RestSession, submission: RestSubmission, { signal, beforeSending }: SendOneOptions): Promise<Sent> {
  const progress = { isSent: false };
  // Where it is sent again, what was sent before did nothing.
  const ask = (): Error | undefined => {
    const refusal = beforeSending();
    progress.isSent = refusal === undefined;
    return refusal;
  };
  try {
    const { id, problems } = await submitRestJob(session, submission, { signal, beforeSending: ask });
    if (id !== undefined) return { kind: "replied", reply: { exitCode: 0, printed: id } };
    if (problems.some(({ number }) => isOfReading(number))) return { kind: "unreadable" };
    const printed = problems.length === 0 ? "slurmrestd: error -1: neither a job nor an error" : problems.map(renderRestProblem).join("\n");
    return { kind: "replied", reply: { exitCode: 1, printed } };
  } catch (error) {
    if (!progress.isSent || isNotTaken(error)) return { kind: "not-sent", error };
    if (error instanceof HpckitError) return { kind: "unanswered", cause: error };
    throw error;
  }
}
