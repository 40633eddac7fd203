import { AbortedError } from "@hpckit/core";
import { manualClock } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { facts, scriptedContext, scriptedSlurm, submittedAt, type ScriptedLook } from "../fixtures/scripted-slurm.js";
import { createJob } from "../job/create-job.js";
import type { Job } from "../job/job.js";
import { createWatcher } from "../watch/job-watcher.js";

const pending = { queue: [{ state: "PENDING", reason: "Resources", nodes: "" }] };
const running = { queue: [{ state: "RUNNING", nodes: "c1" }] };

/** A job with these looks, on a login node from which nothing can be reached. */
function served(looks: readonly ScriptedLook[], tasks?: readonly number[]) {
  const transport = scriptedSlurm(looks);
  const context = { ...scriptedContext(transport), clock: manualClock(submittedAt * 1000) };
  const watcher = createWatcher(context, { pollIntervalMs: 1000, patience: context.patience, onTrouble: () => undefined });
  const job: Job = createJob(context, watcher, { id: "7", cluster: facts.name, submittedAtSeconds: submittedAt, tasks }, () => Promise.resolve());
  return { job, asked: () => transport.calls.map(({ argv }) => ["squeue", "sacct", "sinfo", "srun"].find((program) => argv.includes(program))) };
}

describe("a connection to a service of a job that is queued", () => {
  it("is refused at once, as the job has no node yet, unless its start is to be waited for", async () => {
    await expect(served([pending]).job.connect({ port: 80 })).rejects.toMatchObject({ code: "job-not-running", retryable: true, message: expect.stringContaining("waitForStart") as string });
    const { job, asked } = served([pending, pending, running]);
    // There is no cluster behind it: what is asked next shows that it has started.
    await expect(job.connect({ port: 80 }, { waitForStart: true })).rejects.toMatchObject({ code: "slurm-command-failed" });
    expect(asked()).toEqual(["squeue", "squeue", "squeue", "squeue", "sinfo"]);
  });

  it("is waited for by a forwarded port, unless that is not wanted", async () => {
    const { job, asked } = served([pending, running]);
    await expect(job.forward({ port: 80 })).rejects.toMatchObject({ code: "slurm-command-failed" });
    expect(asked()).toContain("sinfo");
    await expect(served([pending]).job.forward({ port: 80 }, { waitForStart: false })).rejects.toMatchObject({ code: "job-not-running" });
  });

  it("fails as soon as the job ends without having run, with how it ended", async () => {
    const cancelled = { queue: [], accounting: [{ state: "CANCELLED by 2001" }] };
    await expect(served([pending, cancelled]).job.forward({ port: 80 })).rejects.toMatchObject({ code: "job-not-running", retryable: false, detail: { kind: "cancelled" } });
  });

  it("is given up by an abort, and an array has none", async () => {
    const giveUp = new AbortController();
    const forwarding = served([pending]).job.forward({ port: 80 }, { signal: giveUp.signal });
    giveUp.abort();
    await expect(forwarding).rejects.toThrow(AbortedError);
    await expect(served([pending], [1, 2]).job.forward({ port: 80 })).rejects.toThrow("job.task(index)");
  });
});

describe("what is wrong with a service", () => {
  it.each(["connect", "forward"] as const)("is told as of %s, which was called", async (call) => {
    const prefix = expect.stringMatching(`^job.${call}: `) as string;
    await expect(served([running]).job[call]({ port: 0 })).rejects.toMatchObject({ message: prefix });
    await expect(served([running]).job[call]({ port: 80, host: "c9" })).rejects.toMatchObject({ message: prefix });
    await expect(served([running], [1, 2]).job[call]({ port: 80 })).rejects.toMatchObject({ message: prefix });
  });
});
