import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { connectSsh, type SshOptions } from "@hpckit/transport";
import { connectSlurm, StepUnavailableError, type AttachedStep, type JobReference } from "../../src/index.js";

/** A client that dies while it is attached to a step. Its arguments are how to sign in, and the job. */
const [, , options = "", reference = ""] = process.argv;
const login = await connectSsh(JSON.parse(options) as SshOptions);
const slurm = await connectSlurm(login);
const job = slurm.job(JSON.parse(reference) as JobReference);

async function attach(): Promise<AttachedStep> {
  try {
    return await job.attach();
  } catch (error) {
    if (!(error instanceof StepUnavailableError)) throw error;
    await sleep(300);
    return attach();
  }
}

for await (const text of await attach()) {
  if (!text.includes("line 3")) continue;
  process.stdout.write(`${JSON.stringify(job)}\n`);
  await once(process, "never");
}
