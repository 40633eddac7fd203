import type { Cancellable } from "@hpckit/core";
import { z } from "zod";
import type { PlacedJobSpec } from "../submit/sbatch-arguments.js";
import { describeJob } from "./job-description.js";
import type { RestContext } from "./rest-context.js";
import type { RestProblem } from "./rest-reply.js";
import { jobIdOf, wireNumber, wireText } from "./wire/wire-number.js";

/** A batch job as it is handed to slurmrestd. */
export interface RestSubmission {
  readonly spec: PlacedJobSpec;
  /** `#SBATCH` lines in it are comments: slurmrestd does not read them. */
  readonly script: string;
  /** The variables of the job, all of them. Slurm stores them, and shows them to its administrators. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What slurmrestd said: a job, or why there is none. Without either it is not known whether there is one. */
export interface RestSubmitReply {
  /** Where there is one, the job exists, whatever else is said: 22.05 calls it an error that a job is held (2042). */
  readonly id: string | undefined;
  readonly problems: readonly RestProblem[];
  /** What the site's plugin says to the user. */
  readonly message: string | undefined;
}

const replySchema = z.looseObject({ job_id: wireNumber, job_submit_user_msg: wireText });

/**
 * Queues one job with one request, which is never repeated unless the token was refused.
 * @throws OptionsError before anything is sent; whatever {@link RestContext.session} throws where no answer came: then nothing is known.
 */
export async function submitRestJob({ session }: RestContext, { spec, script, environment }: RestSubmission, { signal }: Cancellable = {}): Promise<RestSubmitReply> {
  const { traits } = session;
  const description = describeJob(spec, traits);
  const body = traits.wrapped
    ? { job: { ...description, script, environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`) } }
    : { job: { ...description, environment }, script };
  const reply = await session.send({ method: "POST", daemon: "slurm", path: "job/submit", body, signal });
  const { job_id, job_submit_user_msg: message } = replySchema.parse(reply.body);
  const id = jobIdOf(job_id);
  return { id: id === undefined ? undefined : String(id), problems: reply.problems, message };
}
