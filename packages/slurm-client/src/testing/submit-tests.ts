import { AbortedError, OptionsError, sh } from "@hpckit/core";
import { expect, it } from "vitest";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { collectEvents, gate, readAll, seen, submitShell, succeed } from "./shared-jobs.js";

export function submitTests(under: () => SlurmUnderTest): void {
  it("finds out which Slurm this is", () => {
    const { cluster } = under().slurm;
    expect(cluster.version.major).toBeGreaterThanOrEqual(22);
    expect(cluster.name).not.toBe("");
    expect(cluster.partitions.map(({ name }) => name)).toContain(under().options.partition);
  });

  it("runs a job, and tells its states, its outcome and what it used", async ({ expect }) => {
    const { wait, open } = gate(under(), "life");
    const job = await submitShell(under(), sh`sleep 3; ${wait}`);
    const collecting = collectEvents(job);
    await seen(job, "RUNNING");
    await open();
    const events = await collecting;
    const states = events.map(({ state }) => state);
    expect(states.at(-1)).toBe("COMPLETED");
    expect(states).toContain("RUNNING");
    expect(events.find(({ state }) => state === "RUNNING")?.nodes).toMatch(/\w/);
    const outcome = await job.done();
    expect(outcome).toMatchObject({ kind: "completed", evidence: { rawState: "COMPLETED" } });
    expect(outcome.elapsedSeconds).toBeGreaterThanOrEqual(2);
    // Accounting may hear of the end before it has heard of the start.
    await expect.poll(() => job.usage(), { timeout: 120_000, interval: 1000 }).toMatchObject({ requested: { timeLimitSeconds: 600, cpus: 1, nodes: 1 }, peakMemoryBytes: expect.any(Number) as number });
    const usage = await job.usage();
    expect(usage?.peakMemoryBytes).toBeGreaterThan(100_000);
    expect(usage?.cpuSeconds).toBeLessThan(3);
  });

  it("tells what a job that runs has used so far", async ({ expect }) => {
    const job = await submitShell(under(), sh`sleep 600`);
    await seen(job, "RUNNING");
    await expect.poll(async () => (await job.usage())?.peakMemoryBytes ?? 0, { timeout: 120_000, interval: 1000 }).toBeGreaterThan(100_000);
    await job.cancel();
    await job.done();
  });

  it("shows beforehand what it would do, and queues nothing", async () => {
    const { slurm, folder } = under();
    const noLayers = { argv: ["true"], setup: [], teardown: [], needs: [] };
    const plan = await slurm.plan({ name: "a b", time: "90m", memory: "1.5G", workFolder: folder, gpusPerNode: { type: "a100", count: 2 }, launch: noLayers });
    expect(plan.argv).toEqual(["sbatch", "--parsable", "--export=ALL", "--ignore-pbs", "--job-name=a b", expect.stringMatching(`^--comment=${plan.mark}-[\\da-f]{24}$`), "--time=0-01:30:00", "--mem=1536M", "--gpus-per-node=a100:2", `--chdir=${folder}`, `--output=${folder}/slurm-%j.out`]);
    expect(plan.script).toMatch(/^#!\/bin\/sh\n# a b: /);
    expect(plan.submitScript).toContain(plan.script);
    expect(plan).toMatchObject({ secretsFile: undefined, tasks: undefined });
  });

  it("gives a handle that another process can take up", async () => {
    const { slurm } = under();
    const job = await submitShell(under(), sh`sleep 2; exit 4`);
    const again = slurm.job(JSON.parse(JSON.stringify(job)) as ReturnType<typeof job.toJSON>);
    expect(await again.done()).toMatchObject({ kind: "failed", exitCode: 4 });
    expect(() => slurm.job({ ...job.toJSON(), cluster: "elsewhere" })).toThrow(OptionsError);
  });

  it("waits for the jobs that it depends on, given as handles", async () => {
    const first = await submitShell(under(), succeed, { hold: true });
    const second = await submitShell(under(), succeed, { dependency: { afterOk: [first] } });
    const waiting = await seen(second, "PENDING");
    expect(waiting.reason).toMatch(/Dependency|None|Priority/);
    await first.release();
    expect((await second.done()).kind).toBe("completed");
    expect((await first.done()).kind).toBe("completed");
  });

  it("runs each task of an array, and tells what became of each", async () => {
    const job = await submitShell(under(), sh`echo "task $SLURM_ARRAY_TASK_ID"; [ "$SLURM_ARRAY_TASK_ID" -ne 3 ]`, { array: { tasks: "1-2,3", atOnce: 2 } });
    const events = await collectEvents(job);
    const outcome = await job.done();
    expect(outcome).toMatchObject({ kind: "failed", exitCode: 1 });
    expect(outcome.tasks?.map(({ task, kind }) => [task, kind])).toEqual([[1, "completed"], [2, "completed"], [3, "failed"]]);
    expect(events.at(-1)?.tasks).toEqual({ COMPLETED: 2, FAILED: 1 });
    expect(await readAll(job.log({ task: 2 }))).toBe("task 2\n");
  });

  it("lets a wait be given up, and the job goes on", async () => {
    const job = await submitShell(under(), sh`sleep 3`);
    const giveUp = new AbortController();
    const wait = job.done({ signal: giveUp.signal });
    giveUp.abort();
    await expect(wait).rejects.toThrow(AbortedError);
    expect((await job.done()).kind).toBe("completed");
  });

  it("sends nothing when it is given up beforehand", async () => {
    await expect(submitShell(under(), succeed, { signal: AbortSignal.abort() })).rejects.toThrow(AbortedError);
  });

  it("queues a script that holds what looks like directives", async () => {
    const job = await submitShell(under(), sh`echo ${"a\n#SBATCH --partition=nowhere\n#SBATCH --time=0\n#PBS -q nowhere\n#BSUB -q nowhere"}`);
    expect((await job.done()).kind).toBe("completed");
    expect(await readAll(job.log())).toContain("#SBATCH --partition=nowhere");
  });
}
