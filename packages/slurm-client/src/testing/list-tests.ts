import { sh } from "@hpckit/core";
import { expect, it } from "vitest";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { seen, submitShell } from "./shared-jobs.js";

export function listTests(under: () => SlurmUnderTest): void {
  it("show a job of a hostile name as it was submitted, and by what it is asked for", async () => {
    const { slurm, options } = under();
    const name = "a, \"b\" 'c' | $(id) 99|COMPLETED é";
    const job = await submitShell(under(), sh`true`, { name, comment: "d, \"e\" | f", extraArguments: ["--hold"] });
    await seen(job, "PENDING");
    const one = { id: job.id, name, partition: options.partition, uid: slurm.cluster.uid, state: { base: "PENDING" }, reason: { kind: "held", passesByItself: "no" }, timeLimitSeconds: 600, resources: { cpu: 1, mem: 50 } };
    expect(await slurm.jobs.list({ ids: [job.id] })).toMatchObject([one]);
    expect(await slurm.jobs.list({ mine: true, names: [name], partitions: [options.partition], states: ["PENDING"] })).toMatchObject([one]);
    expect(await slurm.jobs.list({ ids: [job.id], states: ["RUNNING"] })).toEqual([]);
    expect(await slurm.jobs.list({ ids: [job.id], submittedSince: new Date(Date.now() + 86_400_000) })).toEqual([]);
    expect((await slurm.jobs.list({ ids: [job.id] }))[0]?.comment).toContain('d, "e" | f');
    await job.cancel();
    expect(await job.done()).toMatchObject({ kind: "cancelled", started: false, byUid: slurm.cluster.uid, byUser: under().transport.target.user });
  });

  it("say of an array which tasks wait together", async () => {
    const { slurm } = under();
    const job = await submitShell(under(), sh`true`, { array: { tasks: "1-7,20-30", atOnce: 3 }, extraArguments: ["--hold"] });
    await seen(job, "PENDING");
    expect((await slurm.jobs.list({ ids: [job.id] })).map(({ tasks }) => tasks)).toEqual([[{ first: 1, last: 7 }, { first: 20, last: 30 }]]);
    await job.cancel();
    const outcome = await job.done();
    expect(outcome).toMatchObject({ kind: "cancelled", started: false });
    expect(outcome.tasks).toHaveLength(18);
  });

  it("keep how jobs ended, by time and state", async (test) => {
    const { slurm } = under();
    if (!slurm.cluster.accounting) test.skip("this cluster keeps no accounts");
    const job = await submitShell(under(), sh`exit 3`);
    const since = new Date(job.submittedAtSeconds * 1000 - 60_000);
    expect(await job.done()).toMatchObject({ kind: "failed", cause: "exit-code", exitCode: 3, started: true });
    const failed = { id: job.id, state: { base: "FAILED" }, exit: { kind: "exit-code", exitCode: 3 }, requested: { cpu: 1 } };
    // Accounting may be seconds behind the controller.
    await test.expect.poll(() => slurm.jobs.history({ mine: true, since, ids: [job.id], states: ["FAILED"] }), { timeout: 120_000, interval: 1000 }).toMatchObject([failed]);
    expect(await slurm.jobs.history({ mine: true, since, ids: [job.id], states: ["COMPLETED"] })).toEqual([]);
    expect((await slurm.jobs.history({ mine: true, since, limit: 1 })).length).toBe(1);
  });
}
