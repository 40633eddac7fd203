import type { Cancellable } from "@hpckit/core";
import { SlurmError } from "../error/slurm-error.js";
import type { Job } from "../job/job.js";

/** Waits until a job runs. @throws SlurmError `job-not-running` as soon as it has ended without; AbortedError. */
export async function waitForStart(job: Pick<Job, "id" | "events" | "done">, options: Cancellable): Promise<void> {
  for await (const { state } of job.events(options)) if (state === "RUNNING") return;
  const { kind } = await job.done(options);
  throw new SlurmError("job-not-running", `job ${job.id} has ended (${kind}): there is nothing to connect to`, { detail: { kind } });
}
