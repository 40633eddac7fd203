import { sh, type ShellExpression } from "@hpckit/core";
import { expect, it } from "vitest";
import { SubmissionKeyTakenError } from "../error/submission-errors.js";
import { connectSlurm } from "../slurm/connect-slurm.js";
import type { Slurm } from "../slurm/slurm.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { keyedSpec } from "./keyed-spec.js";
import { beginSoon, seen } from "./shared-jobs.js";

export function keyTests(under: () => SlurmUnderTest): void {
  const keyOf = (what: string): string => `${what} ${under().folder.slice(-6)}`;

  const specOf = (script: ShellExpression, changes: Partial<JobSpecInput> = {}): JobSpecInput => keyedSpec(under(), script, changes);
  const another = (): Promise<Slurm> => connectSlurm(under().transport, { pollIntervalMs: 1000, stateFolder: `${under().folder}/state`, patience: { settleMs: 3000 } });

  /** Jobs append to a file when they really run. */
  const runs = async (file: string): Promise<number> => ((await under().transport.stat(file)) === undefined ? 0 : new TextDecoder().decode(await under().transport.readFile(file)).length);
  const runFile = (what: string): string => `${under().folder}/runs of ${what}`;

  /** Queues the script of a plan past the client, as an attempt does that somebody had given up. */
  async function queuePlan(spec: JobSpecInput, key: string): Promise<string> {
    const plan = await under().slurm.plan(spec, { key });
    const { stdout } = await under().transport.exec(plan.argv, { stdin: plan.script, check: true });
    return stdout.trim();
  }

  it("gives one job to all who submit it at once, and the same when that has ended", async () => {
    const file = runFile("at once");
    const spec = specOf(sh`printf x >> ${file}; sleep 1`);
    const slurms = [under().slurm, await another(), await another(), await another()];
    const jobs = await Promise.all(slurms.map((slurm) => slurm.submit(spec, { key: keyOf("at once") })));
    expect(new Set(jobs.map((job) => job.id)).size).toBe(1);
    expect(jobs.map((job) => job.toJSON())).toEqual(jobs.map(() => jobs[0]?.toJSON()));
    expect((await jobs[0]?.done())?.kind).toBe("completed");
    const again = await (await another()).submit(spec, { key: keyOf("at once") });
    expect(again.toJSON()).toEqual(jobs[0]?.toJSON());
    expect(await runs(file)).toBe(1);
  });

  it("is refused to another spec, and is another in another namespace", async () => {
    const { slurm } = under();
    const spec = specOf(sh`true`);
    const job = await slurm.submit(spec, { key: keyOf("other") });
    const error: unknown = await slurm.submit({ ...spec, time: "11m" }, { key: keyOf("other") }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SubmissionKeyTakenError);
    expect(error).toMatchObject({ jobId: job.id });
    expect((await slurm.submit(spec, { key: keyOf("other"), namespace: "x" })).id).not.toBe(job.id);
  });

  it("of a submission that was refused can be submitted anew", async () => {
    const { slurm } = under();
    await expect(slurm.submit(specOf(sh`true`, { qos: "no-such-qos" }), { key: keyOf("anew") })).rejects.toMatchObject({ code: "invalid-qos" });
    expect((await (await slurm.submit(specOf(sh`true`), { key: keyOf("anew") })).done()).kind).toBe("completed");
  });

  it("that was submitted twice all the same runs once; the other job ends as the first, and what waits for it begins", async ({ expect }) => {
    const { slurm } = under();
    const file = runFile("twice");
    const spec = specOf(sh`printf x >> ${file}; sleep 5`);
    // What a client makes: the folder in which the fence will be.
    await slurm.submit(specOf(sh`true`), { key: keyOf("before") });
    const ids = [await queuePlan(spec, keyOf("twice")), await queuePlan(spec, keyOf("twice"))];
    const jobs = ids.map((id) => slurm.job({ id, cluster: slurm.cluster.name, submittedAtSeconds: 0 }));
    const waiting = await slurm.submit(specOf(sh`true`, { dependency: { afterOk: ids } }));
    await expect.poll(() => runs(file), { timeout: 120_000, interval: 200 }).toBe(1);
    const known = await slurm.submit(spec, { key: keyOf("twice") });
    expect(ids).toContain(known.id);
    const loser = jobs.find(({ id }) => id !== known.id);
    if (loser !== undefined) await beginSoon(under().transport, loser);
    for (const job of jobs) expect((await job.done()).kind).toBe("completed");
    expect((await waiting.done()).kind).toBe("completed");
    expect(await runs(file)).toBe(1);
  });

  it("can be asked about, and settled by a person where nothing says what became of it", async () => {
    const { slurm, transport, folder } = under();
    expect((await slurm.submissions.find(keyOf("asked"))).kind).toBe("not-submitted");
    const spec = specOf(sh`true`);
    const job = await slurm.submit(spec, { key: keyOf("asked") });
    expect(await slurm.submissions.find(keyOf("asked"))).toMatchObject({ kind: "job", job: { id: job.id } });
    await expect(slurm.submissions.resolve(keyOf("asked"), "not-submitted")).rejects.toMatchObject({ code: "submission-settled" });
    // A claim whose owner died before it was written.
    const plan = await slurm.plan(spec, { key: keyOf("open") });
    const claim = `${folder}/state/submissions/${slurm.cluster.name}/${plan.mark.replace("hpckit:", "")}.1`;
    await transport.writeFile(claim, "");
    expect((await slurm.submissions.find(keyOf("open"))).kind).toBe("unknown");
    await slurm.submissions.resolve(keyOf("open"), "not-submitted");
    expect((await slurm.submissions.find(keyOf("open"))).kind).toBe("not-submitted");
    const next = await slurm.submit(spec, { key: keyOf("open") });
    await transport.writeFile(claim.replace(/1$/, "4"), "");
    await slurm.submissions.resolve(keyOf("open"), { jobId: next.id }).catch(() => undefined);
    expect(await slurm.submissions.find(keyOf("open"))).toMatchObject({ kind: "job", job: { id: next.id } });
  });

  it("runs again when it is queued again", async ({ expect }) => {
    const { slurm, transport } = under();
    const file = runFile("again");
    const job = await slurm.submit(specOf(sh`printf x >> ${file}; [ "$SLURM_RESTART_COUNT" = 1 ] || sleep 600`, { requeue: true }), { key: keyOf("again") });
    await seen(job, "RUNNING");
    await expect.poll(() => runs(file), { timeout: 120_000 }).toBe(1);
    await transport.exec(["scontrol", "requeue", job.id], { check: true });
    await beginSoon(transport, job);
    expect((await job.done()).kind).toBe("completed");
    expect(await runs(file)).toBe(2);
  });

  it("lets each task of an array run once", async () => {
    const { slurm } = under();
    const file = runFile("array");
    const spec = specOf(sh`printf x >> ${file}`, { array: "1-20" });
    const job = await slurm.submit(spec, { key: keyOf("array") });
    expect((await job.done()).tasks).toHaveLength(20);
    expect(await runs(file)).toBe(20);
    expect((await slurm.submit(spec, { key: keyOf("array") })).toJSON()).toEqual(job.toJSON());
  });

  it("of each of many is kept apart, and they go together", async () => {
    const { slurm } = under();
    const specs = Array.from({ length: 20 }, (_, index) => specOf(sh`printf x >> ${runFile(`many ${index}`)}`, { output: "/dev/null", ...(index === 7 ? { qos: "no-such-qos" } : {}) }));
    const key = (_: JobSpecInput, index: number): string => keyOf(`many ${index}`);
    const results = await slurm.submitAll(specs, { key });
    expect(results.flatMap((each, index) => (each.kind === "error" ? [index] : []))).toEqual([7]);
    const again = await slurm.submitAll(specs, { key });
    expect(again.map((each) => (each.kind === "job" ? each.job.id : ""))).toEqual(results.map((each) => (each.kind === "job" ? each.job.id : "")));
    for (const each of results) if (each.kind === "job") expect((await each.job.done()).kind).toBe("completed");
    for (const index of specs.keys()) expect(await runs(runFile(`many ${index}`))).toBe(index === 7 ? 0 : 1);
  });
}
