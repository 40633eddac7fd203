import { compose, type Transport } from "@hpckit/core";
import { cleanUp, createScratch, endOf, sweep, type Scratch } from "@hpckit/scheduler";
import { connectSlurm, type Job, type Outcome, type Slurm } from "@hpckit/slurm-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testCluster, testedSeries } from "./clusters.js";
import { signIn } from "./sign-in.js";

describe.each(testedSeries)("a scratch folder on Slurm %s", (series) => {
  let login: Transport;
  let slurm: Slurm;
  beforeAll(async () => {
    login = await signIn(series);
    slurm = await connectSlurm(login, { pollIntervalMs: 500 });
  });
  afterAll(async () => login[Symbol.asyncDispose]());

  let count = 0;
  const newScratch = (): Promise<Scratch> => createScratch(login, { root: "/shared/scratch", name: `clean-up it's ${process.pid} ${count++}` });
  const submit = (scratch: Scratch, command: string, extraArguments: readonly string[] = []): Promise<Job> =>
    slurm.submit({
      name: "clean-up",
      time: "5m",
      memory: "100M",
      requeue: false,
      output: "/dev/null",
      extraArguments,
      launch: compose(["sh", "-c", command], [cleanUp(scratch)], { cwd: scratch.path }),
    });
  const isThere = async (scratch: Scratch): Promise<boolean> => (await login.stat(scratch.path)) !== undefined;

  /** Waits until the job itself has written into its scratch, does something to it, and gives the end. */
  async function interrupted(scratch: Scratch, job: Job, act: () => Promise<void>): Promise<Outcome> {
    await expect.poll(() => login.stat(`${scratch.path}/begun`), { timeout: 30_000, interval: 200 }).toBeDefined();
    await act();
    return job.done();
  }

  it("is removed by the job that completes, before any sweep", async () => {
    const scratch = await newScratch();
    const job = await submit(scratch, "touch made");
    expect(await job.done()).toMatchObject({ kind: "completed" });
    expect(await isThere(scratch)).toBe(false);
    expect(await sweep(scratch, { on: login, outcome: await job.done() })).toEqual({ kind: "absent" });
  });

  it("is removed by the job that fails, whose status is kept", async () => {
    const scratch = await newScratch();
    expect(await (await submit(scratch, "touch made; exit 3")).done()).toMatchObject({ kind: "failed", exitCode: 3 });
    expect(await isThere(scratch)).toBe(false);
  });

  it("is swept when the job was cancelled while it waited", async () => {
    const scratch = await newScratch();
    const job = await submit(scratch, "touch begun", ["--hold"]);
    await job.cancel();
    const outcome = await job.done();
    expect(outcome).toMatchObject({ kind: "cancelled" });
    expect(await sweep(scratch, { on: login, outcome })).toEqual({ kind: "removed", removed: scratch.path });
    expect(await isThere(scratch)).toBe(false);
  });

  it("is swept when the job was cancelled while it ran", async () => {
    const scratch = await newScratch();
    const job = await submit(scratch, "touch begun; sleep 300");
    const outcome = await interrupted(scratch, job, async () => {
      await job.cancel();
    });
    expect(outcome).toMatchObject({ kind: "cancelled", byUid: 2001 });
    await sweep(scratch, { on: login, outcome });
    expect(await isThere(scratch)).toBe(false);
  });

  it("is swept when the job was killed with its node", async () => {
    const cluster = await testCluster(series);
    const scratch = await newScratch();
    const job = await submit(scratch, "touch begun; sleep 300", ["--nodelist=c4"]);
    try {
      const outcome = await interrupted(scratch, job, () => cluster.killNode("c4"));
      expect(outcome).toMatchObject({ kind: "node-failure" });
      expect(await isThere(scratch)).toBe(true);
      expect(await sweep(scratch, { on: login, outcome })).toEqual({ kind: "removed", removed: scratch.path });
    } finally {
      await cluster.restoreNode("c4");
    }
  });

  it("is kept while the job may still run, and while nobody knows", async () => {
    const scratch = await newScratch();
    const job = await submit(scratch, "touch begun; sleep 300");
    expect(await sweep(scratch, { on: login, outcome: { kind: "lost" } })).toMatchObject({ kind: "kept" });
    expect(await isThere(scratch)).toBe(true);
    await job.cancel();
    await sweep(scratch, { on: login, outcome: await endOf(Promise.resolve(job)) });
    expect(await isThere(scratch)).toBe(false);
  });
});
