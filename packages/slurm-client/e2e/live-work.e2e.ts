import { compose, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn, workFolder } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, type Job, type Slurm } from "../src/index.js";

describe.each(testedSeries)("what live work uses: %s", (series) => {
  const root = `${workFolder("live work")}/environments`;
  const paths = ["a", "b", "c"].map((letter) => `${root}/${letter.repeat(16)}-000001`);
  let login: Transport;
  let slurm: Slurm;
  const jobs: Job[] = [];
  beforeAll(async () => {
    login = await signIn(series);
    slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
  });
  afterAll(async () => {
    for (const job of jobs) await job.cancel();
    await login[Symbol.asyncDispose]();
  });
  const submit = async (command: readonly string[], options: object = {}): Promise<void> => {
    jobs.push(await slurm.submit({ time: "5m", memory: "50M", output: "/dev/null", launch: compose(command), ...options }));
  };

  it("is what scripts of running and of waiting jobs name, tasks of arrays too; and nothing is known while an interactive job runs", { timeout: 120_000 }, async () => {
    const [first = "", second = "", third = ""] = paths;
    await submit(["sh", "-c", 'sleep "$1"', first, "300"]);
    await submit(["sh", "-c", "sleep 300", `${second}/bin/python`], { hold: true, array: "1-3" });
    expect(await slurm.liveWork.uses([first, second, third])).toEqual({ kind: "known", used: [first, second] });

    const allocation = await slurm.allocate({ time: "5m", memory: "50M" });
    expect(await slurm.liveWork.uses([third])).toMatchObject({ kind: "unknown", reason: expect.stringContaining(allocation.job.id) as string });
    await allocation.release();
    await expect.poll(() => slurm.liveWork.uses([third]), { timeout: 30_000, interval: 500 }).toEqual({ kind: "known", used: [] });
    for (const job of jobs) await job.cancel();
    await expect.poll(() => slurm.liveWork.uses(paths), { timeout: 30_000, interval: 500 }).toEqual({ kind: "known", used: [] });
  });

  it("is unknown of a path that no script need hold as it is", async () => {
    expect(await slurm.liveWork.uses([`${root}/it's`])).toMatchObject({ kind: "unknown" });
  });
});
