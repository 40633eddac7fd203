import { sh } from "@hpckit/core";
import { expect, it } from "vitest";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { appeared, beginSoon, collectEvents, seen, submitShell, succeed } from "./shared-jobs.js";

export function outcomeTests(under: () => SlurmUnderTest): void {
  it.each([3, 137, 200])("tells exit code %i, which accounting may have shifted", async (code) => {
    const job = await submitShell(under(), sh`exit ${code}`);
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: code, signal: undefined, exitCodeUncertain: false });
  });

  it.each(["TERM", "KILL", "SEGV"])("tells the signal %s", async (signal) => {
    const job = await submitShell(under(), sh`kill -${signal} $$; sleep 10`);
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: undefined, signal: `SIG${signal}` });
  });

  it("tells who cancelled a job that waited", async () => {
    const job = await submitShell(under(), succeed, { hold: true });
    expect(await seen(job, "PENDING")).toMatchObject({ reason: "JobHeldUser" });
    await job.cancel();
    const outcome = await job.done();
    expect(outcome).toMatchObject({ kind: "cancelled", byUid: under().slurm.cluster.uid });
    expect(outcome.elapsedSeconds).toBe(0);
  });

  it("tells a job that Slurm gave up before it began from one that somebody cancelled", { timeout: 150_000 }, async () => {
    const failing = await submitShell(under(), sh`exit 1`);
    const dependent = await submitShell(under(), succeed, { dependency: { afterOk: [failing] }, extraArguments: ["--kill-on-invalid-dep=yes"] });
    expect(await dependent.done()).toMatchObject({ kind: "never-started", started: false });
  });

  it("tells who cancelled a job that ran, and cancelling again is no error", async () => {
    const job = await submitShell(under(), sh`sleep 600`);
    await seen(job, "RUNNING");
    await job.cancel();
    expect((await collectEvents(job)).at(-1)).toMatchObject({ state: "CANCELLED" });
    expect(await job.done()).toMatchObject({ kind: "cancelled", byUid: under().slurm.cluster.uid });
    await job.cancel();
  });

  it("tells a job that ran out of time from one that was cancelled", { timeout: 150_000 }, async () => {
    const job = await submitShell(under(), sh`sleep 600`);
    await seen(job, "RUNNING");
    await under().transport.exec(["scontrol", "update", `jobid=${job.id}`, "EndTime=now+1"], { check: true });
    expect(await job.done()).toMatchObject({ kind: "timeout", evidence: { rawState: "TIMEOUT" } });
  });

  it("does not take a job that is queued again for one that has ended", { timeout: 200_000 }, async () => {
    const { transport, folder } = under();
    const again = `${folder}/again`;
    const job = await submitShell(under(), sh`if [ -e ${again} ]; then exit 7; fi; touch ${again}; sleep 600`, { requeue: true });
    const all = collectEvents(job);
    await appeared(transport, again);
    await transport.exec(["scontrol", "requeue", job.id], { check: true });
    await beginSoon(transport, job);
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: 7 });
    const events = await all;
    expect(events.filter(({ state }) => state === "FAILED")).toHaveLength(1);
    expect(events.at(-1)?.restarts).toBe(1);
  });

  it("says lost, and never completed, of a job that nobody knows", async () => {
    const { slurm } = under();
    const job = slurm.job({ id: "99999999", cluster: slurm.cluster.name, submittedAtSeconds: Date.now() / 1000 });
    expect((await collectEvents(job)).at(-1)).toMatchObject({ state: "UNKNOWN", source: "none" });
    expect(await job.done()).toMatchObject({ kind: "lost", evidence: { source: "none" } });
  });

  it("knows the tasks of an array by its id alone, while it runs and afterwards", { timeout: 150_000 }, async () => {
    const { slurm } = under();
    const array = await submitShell(under(), sh`sleep 2; test "$SLURM_ARRAY_TASK_ID" != 6`, { array: { tasks: "4-6", atOnce: 1 } });
    const { id, cluster, submittedAtSeconds } = array;
    const byId = slurm.job({ id, cluster, submittedAtSeconds });
    const ends = { kind: "failed", exitCode: 1, tasks: [{ task: 4, kind: "completed" }, { task: 5, kind: "completed" }, { task: 6, kind: "failed" }] };
    const events = await collectEvents(byId);
    expect(events[0]?.tasks?.PENDING).toBeGreaterThan(0);
    expect(events.at(-1)).toMatchObject({ state: "FAILED", tasks: { COMPLETED: 2, FAILED: 1 } });
    expect(await byId.done()).toMatchObject(ends);
    expect(await slurm.job({ id, cluster, submittedAtSeconds }).done()).toMatchObject(ends);
  });

  it("does not take an older job of the same id for this one", async () => {
    const { slurm } = under();
    const old = await submitShell(under(), succeed);
    await old.done();
    const reused = slurm.job({ ...old.toJSON(), submittedAtSeconds: old.submittedAtSeconds + 86_400 });
    expect((await reused.done()).kind).toBe("lost");
  });

  it("tells a job that took more memory than it had", async (test) => {
    if (under().options.enforcesMemory !== true) test.skip("this cluster does not enforce memory");
    // One process alone asks for memory: a second one that asks while the first dies has the kernel end slurmstepd, too,
    // where a machine does not let slurmstepd protect itself, and Slurm then calls the job running for minutes.
    const job = await submitShell(under(), sh`exec dd if=/dev/zero of=/dev/null bs=200M count=1`, { memory: "30M" });
    expect((await job.done()).kind).toBe("out-of-memory");
  });
}
