import { compose, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, type Job, type JobSpecInput, type JobUpdate, type Slurm } from "../src/index.js";

type Case = readonly [asked: Partial<JobSpecInput>, changes: JobUpdate, allocated: RegExp];

const cases: readonly Case[] = [
  [{}, { gpus: 2 }, /gres\/gpu=2\b/],
  [{ gpus: 1 }, { gpus: 3 }, /gres\/gpu=3\b/],
  [{ gpus: { type: "a100", count: 1 } }, { gpus: { type: "a100", count: 2 } }, /gres\/gpu:a100=2\b/],
  [{ nodes: 1, gpusPerNode: 1 }, { gpusPerNode: 2 }, /gres\/gpu=2\b/],
  [{ nodes: 1, gres: ["gpu:1"] }, { gres: ["gpu:2"] }, /gres\/gpu=2\b/],
  [{ ntasks: 2 }, { gpusPerTask: 1 }, /gres\/gpu=2\b/],
  [{ gpus: 1, cpusPerGpu: 2 }, { cpusPerGpu: 4 }, /cpu=4\b/],
  [{}, { minCpusPerNode: 3 }, /cpu=3\b/],
];

describe.each(testedSeries)("a job on Slurm %s that is changed before it starts", (series) => {
  let login: Transport;
  let slurm: Slurm;

  beforeAll(async () => {
    login = await signIn(series);
    slurm = await connectSlurm(login);
  });
  afterAll(() => login[Symbol.asyncDispose]());

  /** What Slurm says of a job that is asked for so and then changed, once it runs. */
  async function showChanged(spec: Partial<JobSpecInput>, change: (job: Job) => Promise<void>): Promise<string> {
    const job = await slurm.submit({ workFolder: "/shared/scratch", output: "/dev/null", time: "5m", memory: "50M", hold: true, launch: compose(["sleep", "120"]), ...spec });
    try {
      await change(job);
      await job.release();
      for await (const { state } of job.events()) if (state === "RUNNING") break;
      return (await login.exec(["scontrol", "show", "job", job.id], { check: true })).stdout;
    } finally {
      await job.cancel();
    }
  }

  it.each(cases)("from %j by %j gets what it was changed to", async (asked, changes, allocated) => {
    const shown = await showChanged(asked, async (job) => expect(await job.update(changes)).toEqual({ kind: "done" }));
    expect(/^ *(?:Alloc)?TRES=(.*)$/m.exec(shown)?.[1]).toMatch(allocated);
  });

  it("gets its memory by its GPUs, but not on 22.05, which refuses that in words", async () => {
    const shown = await showChanged({ memory: undefined, gpus: 1, memoryPerGpu: "100M" }, async (job) => {
      const update = job.update({ memoryPerGpu: "200M" });
      if (series === "22.05") await expect(update).rejects.toMatchObject({ code: "job-resources" });
      else expect(await update).toEqual({ kind: "done" });
    });
    expect(shown).toContain(series === "22.05" ? ",mem=100M," : ",mem=200M,");
  });
});
