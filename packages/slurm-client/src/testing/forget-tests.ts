import { sh } from "@hpckit/core";
import { expect, it } from "vitest";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { keyedSpec } from "./keyed-spec.js";
import { seen } from "./shared-jobs.js";

export function forgetTests(under: () => SlurmUnderTest): void {
  const keyOf = (what: string): string => `forget ${what} ${under().folder.slice(-6)}`;

  it("forgets a key whose job has ended, which then runs again", async () => {
    const { slurm, transport, folder } = under();
    const key = keyOf("ended");
    const spec = keyedSpec(under(), sh`printf x >> ${`${folder}/runs of a forgotten key`}`);
    const first = await slurm.submit(spec, { key });
    expect((await first.done()).kind).toBe("completed");
    const { mark } = await slurm.plan(spec, { key });
    const gone = { key, jobId: first.id, mark };
    expect(await slurm.submissions.forget({ keys: [key], olderThan: "1d" })).toEqual({ forgotten: [], kept: [] });
    expect(await slurm.submissions.forget({ keys: [key], dryRun: true })).toMatchObject({ forgotten: [gone], kept: [] });
    expect(await slurm.submissions.find(key)).toMatchObject({ kind: "job", job: { id: first.id } });
    expect(await slurm.submissions.forget({ keys: [key, keyOf("never submitted")] })).toMatchObject({ forgotten: [gone], kept: [] });
    expect((await slurm.submissions.find(key)).kind).toBe("not-submitted");
    const again = await slurm.submit(spec, { key });
    expect(again.id).not.toBe(first.id);
    await again.done();
    expect(new TextDecoder().decode(await transport.readFile(`${folder}/runs of a forgotten key`))).toBe("xx");
  });

  it("keeps a key whose job goes on, and one that is open", async () => {
    const { slurm, transport, folder } = under();
    const [running, waiting, open] = ["running", "waiting", "open"].map(keyOf) as [string, string, string];
    const jobs = [await slurm.submit(keyedSpec(under(), sh`sleep 600`), { key: running }), await slurm.submit(keyedSpec(under(), sh`true`, { hold: true, array: "1-3" }), { key: waiting })];
    const plan = await slurm.plan(keyedSpec(under(), sh`true`), { key: open });
    await transport.writeFile(`${folder}/state/submissions/${slurm.cluster.name}/${plan.mark.replace("hpckit:", "")}.1`, "");
    if (jobs[0] !== undefined) await seen(jobs[0], "RUNNING");
    const { forgotten, kept } = await slurm.submissions.forget({ keys: [running, waiting, open], unknownJobs: "forget" });
    expect(forgotten).toEqual([]);
    expect(Object.fromEntries(kept.map(({ jobId, because }) => [jobId ?? "none", because]))).toEqual({ [jobs[0]?.id ?? ""]: "not-ended", [jobs[1]?.id ?? ""]: "not-ended", none: "open" });
    expect((await slurm.submit(keyedSpec(under(), sh`sleep 600`), { key: running })).id).toBe(jobs[0]?.id);
    await slurm.jobs.cancel(jobs);
    await slurm.submissions.resolve(open, "not-submitted");
    expect((await slurm.submissions.forget({ keys: [open] })).forgotten).toHaveLength(1);
  });
}
