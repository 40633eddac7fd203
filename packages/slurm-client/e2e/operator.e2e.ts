import { compose, type Transport } from "@hpckit/core";
import { scriptedTransport } from "@hpckit/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testCluster, testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, type Job, type Slurm } from "../src/index.js";

/** Orders that Slurm takes of operators alone, before 25.11. */
describe.each(testedSeries)("an operator on Slurm %s", { timeout: 120_000 }, (series) => {
  let login: Transport;
  let slurm: Slurm;
  let operator: Slurm;

  beforeAll(async () => {
    const cluster = await testCluster(series);
    login = await signIn(series);
    slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
    const asRoot = scriptedTransport(async ({ argv, options: { stdin } }) => cluster.exec(argv, typeof stdin === "string" ? { input: stdin } : {}));
    operator = await connectSlurm(asRoot, { pollIntervalMs: 1000, bell: false });
  });
  afterAll(async () => login[Symbol.asyncDispose]());

  async function untilState(job: Job, wanted: string): Promise<void> {
    for await (const { state } of job.events()) if (state === wanted) return;
  }

  it("suspends another's job, which then does nothing until it is resumed", async () => {
    const folder = (await login.exec(["mktemp", "-d", "/shared/scratch/suspended-XXXXXX"], { check: true })).stdout.trim();
    const job = await slurm.submit({ partition: "standard", time: "5m", memory: "20M", workFolder: folder, launch: compose(["sh", "-c", "while sleep 0.2; do echo on; done"]) });
    const size = async (): Promise<number> => (await login.stat(`${folder}/slurm-${job.id}.out`))?.sizeBytes ?? 0;
    try {
      await untilState(job, "RUNNING");
      await expect.poll(size, { timeout: 20_000 }).toBeGreaterThan(0);
      const found = await operator.find(job.id);
      expect(await found?.suspend()).toEqual({ kind: "done" });
      await untilState(job, "SUSPENDED");
      const before = await size();
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect(await size()).toBe(before);
      expect(await found?.resume()).toEqual({ kind: "done" });
      await untilState(job, "RUNNING");
      await expect.poll(size, { timeout: 20_000 }).toBeGreaterThan(before);
    } finally {
      await job.cancel();
      await login.remove(folder, { recursive: true });
    }
    expect(await job.done()).toMatchObject({ kind: "cancelled" });
  });
});
