import { randomUUID } from "node:crypto";
import { compose, OptionsError, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { connectSlurm, type JobSpecInput, type Slurm } from "../src/index.js";
import { missingIn } from "../src/cluster/release.js";
import { optionRows } from "../src/spec/option/option-table.js";
import { optionSamples } from "./option-samples.js";

describe.each(testedSeries)("job specs on Slurm %s", (series) => {
  let login: Transport;
  let slurm: Slurm;

  beforeAll(async () => {
    login = await signIn(series);
    slurm = await connectSlurm(login);
  });
  afterAll(() => login[Symbol.asyncDispose]());

  /** Queues a job that never starts, and gives what Slurm says it was asked for. */
  async function show(spec: Omit<JobSpecInput, "launch">): Promise<string> {
    const job = await slurm.submit({ workFolder: "/shared/scratch", output: "/dev/null", hold: true, launch: compose(["true"]), ...spec });
    try {
      return (await login.exec(["scontrol", "show", "job", job.id], { check: true })).stdout;
    } finally {
      await job.cancel();
    }
  }

  it.each(optionRows)("%s is understood as it was meant, or refused where there is no such option", async (field, row) => {
    const { spec, shown, refused } = optionSamples[field];
    const missing = missingIn(row, slurm.cluster.version);
    if (missing !== undefined) {
      const refusal: unknown = await show(spec).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(OptionsError);
      expect((refusal as OptionsError).issues).toContainEqual({ path: field, message: `--${row.names.join(", --")} ${missing}` });
      return;
    }
    if (refused !== undefined) await expect(show(spec)).rejects.toThrow(refused);
    else expect(await show(spec)).toMatch(shown ?? /JobState=PENDING/);
  });

  it.each(["50%A", "100%done", "e%", "p%%q"])("a work folder named %j holds the output, and the log is found", async (name) => {
    const root = `/shared/scratch/${randomUUID()}`;
    const folder = `${root}/${name}`;
    await login.mkdir(folder, { recursive: true });
    try {
      const job = await slurm.submit({ workFolder: folder, time: "1m", memory: "20M", launch: compose(["pwd"]) });
      expect(await job.done()).toMatchObject({ kind: "completed" });
      expect((await login.list(folder)).map((each) => each.name)).toEqual([`slurm-${job.id}.out`]);
      let text = "";
      for await (const piece of job.log()) text += piece;
      expect(text).toBe(`${folder}\n`);
    } finally {
      await login.remove(root, { recursive: true });
    }
  });

  it.each<[string, Omit<JobSpecInput, "launch">, RegExp]>([
    ["one of several numbers of nodes", { nodes: [1, 3] }, /NumNodes=1,3/],
    ["several QOS", { qos: ["normal", "low"] }, /QOS=(?:normal,low|low,normal)/],
    ["any one of several licences", { licenses: { anyOf: ["matlab:2"] } }, /Licenses=matlab:2/],
    ["nodes that share with no other in their segment", { exclusive: "topo" }, /OverSubscribe=TOPO|Exclusive=TOPO/],
    ["several tasks on what GPUs share", { gresFlags: "multiple-tasks-per-sharing", gpus: 1 }, /TresPerJob=/],
    ["time from now on", { begin: { in: "2d" } }, /EligibleTime=20/],
    ["GPUs of a kind by their name", { gres: [{ name: "gpu", type: "a100", count: 2 }] }, /TresPerNode=gres[:/]gpu:a100:2/],
    ["planes of tasks", { distribution: { planeSize: 2 }, ntasks: 4 }, /NumTasks=4/],
  ])("takes %s, or says since when there is that", async (_what, spec, shown) => {
    const answer = await show(spec).catch((error: unknown) => error);
    if (answer instanceof OptionsError) expect(answer.message).toMatch(/came with Slurm \d\d\.\d\d; this cluster has/);
    else expect(answer).toMatch(shown);
  });

  it("takes an extra argument by its whole name only", async () => {
    expect(await show({ extraArguments: ["--deadline=now+2hours"], time: "10m" })).toMatch(/Deadline=20/);
    await expect(show({ extraArguments: ["--spread-j"] })).rejects.toThrow("for --spread-job: write the whole name");
  });

  it("refuses what sbatch would take, and not do: fewer tasks than nodes make fewer nodes", async () => {
    const { stdout } = await login.exec(["sbatch", "--parsable", "--hold", "--output=/dev/null", "--nodes=4", "--ntasks=2"], { stdin: "#!/bin/sh\n", check: true });
    const shown = await login.exec(["scontrol", "show", "job", stdout.trim()], { check: true });
    await login.exec(["scancel", stdout.trim()]);
    expect(shown.stdout).toMatch(/NumNodes=2-2 /);
    await expect(show({ nodes: 4, ntasks: 2 })).rejects.toThrow("ntasks: fewer than nodes");
  });

  it("sends nothing of what it refuses", async () => {
    const sent: (readonly string[])[] = [];
    const watched: Transport = { ...login, exec: (argv, options) => (sent.push(argv), login.exec(argv, options)) };
    const over = await connectSlurm(watched);
    sent.length = 0;
    const unknown = series === "22.05" ? { extra: "a" } : { power: "level" as const };
    for (const spec of [unknown, { memory: "1G", memoryPerCpu: "1G" }, { components: [{ memory: "1G" }, {}] }, { extraArguments: ["--spread-j"] }]) {
      await expect(over.submit({ launch: compose(["true"]), ...spec })).rejects.toThrow(OptionsError);
    }
    expect(sent).toEqual([]);
  });
});
