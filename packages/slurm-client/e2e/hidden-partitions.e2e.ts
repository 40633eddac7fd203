import { randomBytes } from "node:crypto";
import { compose } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { queryQueue } from "../src/queue/query-queue.js";
import { listSteps } from "../src/step/list-steps.js";
import { queryMarkedQueue } from "../src/submit/marked-jobs.js";
import { attemptMark, markOf } from "../src/submit/submission-key.js";
import { surroundings } from "./site-under-test.js";

/** Slurm's programs leave such a partition, its jobs and its steps out of what they list, also for who runs them. */
describe.each(testedSeries)("a partition that Slurm %s hides", (series) => {
  const at = surroundings(series);
  const hidden = (): string => `${at.site.prefix}-hidden`;

  it("is known, with its nodes", async () => {
    const { slurm } = at;
    expect(slurm.cluster.partitions.map(({ name }) => name)).toContain(hidden());
    expect(slurm.cluster.partitions.map(({ name }) => name)).not.toContain(`${at.site.prefix}-others`);
    expect((await slurm.inspect.partitions()).filter(({ name }) => name.startsWith(at.site.prefix) && /hidden|others/.test(name))).toMatchObject([{ hidden: true }, { hidden: false, access: { allowGroups: ["bob"] } }]);
    expect((await slurm.inspect.nodes({ partition: hidden() })).map(({ name }) => name)).toEqual(["c1"]);
  });

  it("has jobs that are listed, found by their mark, watched, looked into and cancelled as any", async () => {
    const { slurm, login } = at;
    const commandLine = { transport: login, programs: { binFolder: undefined, keepVariables: [] }, facts: slurm.cluster };
    const token = randomBytes(8).toString("hex");
    const job = await slurm.submit({ name: "hidden", partition: hidden(), time: "5m", memory: "50M", output: "/dev/null", launch: compose(["srun", "sleep", "120"]) });
    await login.exec(["scontrol", "update", `jobid=${job.id}`, `comment=${attemptMark(token, "1")}`], { check: true });
    for await (const { state } of job.events()) if (state === "RUNNING") break;
    const listed = await slurm.jobs.list({ mine: true });
    expect(listed.find(({ id }) => id === job.id)).toMatchObject({ partition: hidden(), state: { base: "RUNNING" } });
    expect(await queryMarkedQueue(commandLine, [markOf(token)])).toMatchObject([{ id: job.id }]);
    const many = Array.from({ length: 300 }, (_, index) => String(4_000_000 + index));
    expect(await queryQueue(commandLine, [...many, job.id])).toMatchObject([{ jobId: job.id }]);
    await expect.poll(async () => (await listSteps(commandLine, job.id)).map(({ number }) => number), { timeout: 20_000 }).toEqual([0]);
    const [result, ...others] = await slurm.jobs.where({ mine: true, partitions: [hidden()] }).cancel();
    expect([result?.job.id, others]).toEqual([job.id, []]);
    expect(await job.done()).toMatchObject({ kind: "cancelled" });
  });
});
