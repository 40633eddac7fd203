import { z } from "zod";
import type { RestProblem } from "../rest-reply.js";
import type { RestRequest, RestSession } from "../rest-session.js";
import { jobIdOf, wireNumber } from "../wire/wire-number.js";

/** A batch job as it is handed to slurmrestd. */
export interface RestSubmission {
  /** @see describeJob */
  readonly description: Readonly<Record<string, unknown>>;
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
}

const replySchema = z.looseObject({ job_id: wireNumber });

/**
 * Queues one job with one request, which is never repeated unless the token was certainly refused.
 * @throws whatever `session.send` throws where no answer came: then nothing is known.
 */
export async function submitRestJob(session: RestSession, { description, script, environment }: RestSubmission, options: Pick<RestRequest, "signal" | "beforeSending"> = {}): Promise<RestSubmitReply> {
  const body = session.traits.wrapped
    ? { job: { ...description, script, environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`) } }
    : { job: { ...description, environment }, script };
  const reply = await session.send({ method: "POST", daemon: "slurm", path: "job/submit", body, ...options });
  const id = jobIdOf(replySchema.parse(reply.body).job_id);
  return { id: id === undefined ? undefined : String(id), problems: reply.problems };
}
