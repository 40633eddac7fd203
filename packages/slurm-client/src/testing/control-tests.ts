import { sh } from "@hpckit/core";
import { expect, it } from "vitest";
import type { Job } from "../job/job.js";
import type { SlurmUnderTest } from "./describe-slurm.js";
import { beginSoon, collectEvents, readAll, seen, submitShell, succeed } from "./shared-jobs.js";

export function controlTests(under: () => SlurmUnderTest): void {
  const waiting = (spec: object = {}): Promise<Job> => submitShell(under(), sh`sleep 600`, { hold: true, ...spec });
  const field = async (job: Job, name: string): Promise<string> =>
    (await under().transport.exec(["squeue", "--noheader", `--jobs=${job.id}${job.taskIndex === undefined ? "" : `_${job.taskIndex}`}`, `--Format=${name}:100`], { check: true })).stdout.trim();

  it("keep a job waiting and let it start", async () => {
    const job = await submitShell(under(), succeed, { begin: { in: "1h" } });
    expect(await job.hold()).toEqual({ kind: "done" });
    expect(await job.hold()).toEqual({ kind: "done" });
    expect(await field(job, "Reason")).toBe("JobHeldUser");
    // A job that is moved to another partition is followed there.
    const { partition, otherPartition = partition } = under().options;
    await job.update({ begin: { in: "0s" }, partition: otherPartition });
    expect(await field(job, "Partition")).toBe(otherPartition);
    expect(await job.release()).toEqual({ kind: "done" });
    expect((await job.done()).kind).toBe("completed");
    expect(await job.hold()).toEqual({ kind: "ended" });
    expect(await job.cancel()).toEqual({ kind: "ended" });
    expect(await job.requeue()).toEqual({ kind: "ended" });
    expect(await job.signal("USR1")).toEqual({ kind: "ended" });
  });

  it("change what a job that waits asks for", async () => {
    const job = await waiting({ comment: "before" });
    const away = (await under().slurm.inspect.nodes({ partition: under().options.partition })).at(-1)?.name ?? "";
    expect(await job.update({ time: "7m", nice: 20, name: "it's renamed", comment: "a = 'b'", memory: "60M", nodes: { min: 1, max: 2 }, exclude: [away] })).toEqual({ kind: "done" });
    expect(await Promise.all(["TimeLimit", "Nice", "Name", "MinMemory"].map((name) => field(job, name)))).toEqual(["7:00", "20", "it's renamed", "60M"]);
    expect((await under().transport.exec(["scontrol", "show", "job", job.id], { check: true })).stdout).toContain(` ExcNodeList=${away}\n`);
    expect(await field(job, "Comment")).toMatch(/^a = 'b' hpckit:[\w-]+$/);
    await expect(job.update({ partition: "no-such-partition" })).rejects.toMatchObject({ code: "job-partition" });
    await expect(job.signal("USR1")).rejects.toMatchObject({ code: "job-not-running" });
    await expect(job.requeue()).rejects.toMatchObject({ code: "job-not-running" });
    await job.cancel();
  });

  it("change what a job that waits asks for in the same words as its submission did", async () => {
    const job = await waiting({ mailTypes: ["END"], switches: { count: 2 } });
    const shown = async (): Promise<string> => (await under().transport.exec(["scontrol", "show", "job", job.id], { check: true })).stdout;
    const before = await shown();
    expect(await job.update({ timeMin: "1m", minCpusPerNode: 2, temporaryDisk: "2M", threadsPerCore: 1, delayBoot: "5m", workFolder: "/tmp", wckey: "one", switches: { count: 1, maxWait: "1m" }, mailTypes: ["FAIL"], mailUser: "someone@example.org" })).toEqual({ kind: "done" });
    const after = await shown();
    for (const word of ["TimeMin=00:01:00", "MinCPUsNode=2", "MinTmpDiskNode=2M", "ReqB:S:C:T=0:0:*:1", "DelayBoot=00:05:00", "WorkDir=/tmp", "Switches=1@00:01:00", "MailType=FAIL", "MailUser=someone@example.org"]) {
      expect(before).not.toContain(word);
      expect(after).toContain(word);
    }
    expect(await field(job, "WCKey")).toBe("one");
    expect(await job.update({ switches: null, mailTypes: null, mailUser: null, extraChanges: { NumCPUs: "3", MinCPUsNode: "1" } })).toEqual({ kind: "done" });
    expect(await shown()).toMatch(/NumCPUs=3 (?![^]*(?:Switches|MailType)=)/);
    await expect(job.update({ extraChanges: { AdminComment: "no operator" } })).rejects.toMatchObject({ code: "job-permission-denied" });
    await expect(job.update({ extraChanges: { NoSuchWord: "1" } })).rejects.toMatchObject({ code: "job-not-supported" });
    await job.cancel();
  });

  it("change only what may be changed of a job that runs", async () => {
    const job = await submitShell(under(), sh`sleep 600`);
    await seen(job, "RUNNING");
    expect(await job.update({ time: "5m" })).toEqual({ kind: "done" });
    expect(await field(job, "TimeLimit")).toBe("5:00");
    await expect(job.update({ time: "9m" })).rejects.toThrow("more time for a running job");
    await expect(job.update({ constraint: "no-such-feature" })).rejects.toMatchObject({ code: "job-not-pending" });
    expect(await job.update({ mailTypes: ["FAIL"], mailUser: "someone@example.org" })).toEqual({ kind: "done" });
    await expect(job.update({ wckey: "one" })).rejects.toMatchObject({ code: "job-not-pending" });
    await job.cancel();
  });

  it("reach the batch script, the steps, or both with a signal", async () => {
    const trapping = (name: string): string => `trap 'echo ${name}' USR1; echo armed; while :; do sleep 1; done`;
    // The script traps it as well, or its end would end the step before that has said its word.
    const script = sh`trap 'echo batch' USR1; srun sh -c ${trapping("step")} & while :; do sleep 1; done`;
    const reached = async (to: "batch" | "steps" | "all", words: readonly string[]): Promise<ReadonlySet<string>> => {
      const job = await submitShell(under(), script);
      let said = "";
      let sent = false;
      for await (const text of job.log()) {
        said += text;
        if (!sent && said.includes("armed\n")) {
          await job.signal("USR1", { to });
          sent = true;
        }
        if (words.every((word) => said.includes(`${word}\n`))) break;
      }
      await job.cancel();
      await job.done();
      // By "all" srun gets it, too, and hands it on: a step may hear it twice.
      return new Set((await readAll(job.log())).split("\n").filter((line) => line === "batch" || line === "step"));
    };
    expect(await reached("steps", ["step"])).toEqual(new Set(["step"]));
    expect(await reached("batch", ["batch"])).toEqual(new Set(["batch"]));
    expect(await reached("all", ["batch", "step"])).toEqual(new Set(["batch", "step"]));
  });

  it("take a signal to steps for sent where there is none, as Slurm does", async () => {
    const job = await submitShell(under(), sh`sleep 600`);
    await seen(job, "RUNNING");
    expect(await job.signal("USR1", { to: "steps" })).toEqual({ kind: "done" });
    // USR1 would have ended the script.
    expect(await field(job, "State")).toBe("RUNNING");
    await job.cancel();
  });

  it("put a job that runs back into the queue, held if that is wanted", { timeout: 200_000 }, async () => {
    const job = await submitShell(under(), sh`sleep 600`, { requeue: true });
    await seen(job, "RUNNING");
    expect(await job.requeue({ hold: true })).toEqual({ kind: "done" });
    for await (const { state, restarts } of job.events()) if (state === "PENDING" && restarts === 1) break;
    expect(await job.release()).toEqual({ kind: "done" });
    await beginSoon(under().transport, job);
    for await (const { state, restarts } of job.events()) if (state === "RUNNING" && restarts === 1) break;
    await job.cancel();
    expect((await job.done()).kind).toBe("cancelled");
  });

  it("hold a job that runs for the time when it is queued again, and let it go on until then", { timeout: 200_000 }, async () => {
    const job = await submitShell(under(), sh`sleep 600`, { requeue: true });
    await seen(job, "RUNNING");
    expect(await job.hold()).toEqual({ kind: "done" });
    expect(await field(job, "State")).toBe("RUNNING");
    expect(await job.requeue()).toEqual({ kind: "done" });
    for await (const { state, restarts } of job.events()) if (state === "PENDING" && restarts === 1) break;
    expect(await field(job, "Reason")).toBe("JobHeldUser");
    await expect(job.requeue()).rejects.toMatchObject({ code: "job-not-running" });
    await job.cancel();
  });

  it("say why a job cannot be queued again, and how it could", async () => {
    const job = await submitShell(under(), sh`sleep 600`, { requeue: false });
    await seen(job, "RUNNING");
    await expect(job.requeue()).rejects.toThrow("update({ requeue: true }) allows it");
    await job.cancel();
  });

  it("suspend a job, or say who may", async () => {
    const job = await submitShell(under(), sh`sleep 600`);
    await seen(job, "RUNNING");
    const { major, minor } = under().slurm.cluster.version;
    if (major > 25 || (major === 25 && minor >= 11)) {
      expect(await job.suspend()).toEqual({ kind: "done" });
      expect(await field(job, "State")).toBe("SUSPENDED");
      expect(await job.resume()).toEqual({ kind: "done" });
      // It runs again: nothing is left to be done.
      expect(await job.resume()).toEqual({ kind: "done" });
      expect(await field(job, "State")).toBe("RUNNING");
    } else {
      await expect(job.suspend()).rejects.toMatchObject({ code: "job-permission-denied", retryable: false });
      await expect(job.suspend()).rejects.toThrow("only operators may suspend");
    }
    await job.cancel();
  });

  it("are for single tasks of an array, and leave the others alone", async () => {
    const array = await submitShell(under(), sh`sleep 600`, { array: "1-4", hold: true });
    expect(await array.task(2).cancel()).toEqual({ kind: "done" });
    expect(await array.task(3).release()).toEqual({ kind: "done" });
    // A task that is cancelled before it has a record of its own leaves no trace, neither in the queue nor in accounting.
    expect((await array.task(2).done()).kind).not.toBe("completed");
    await seen(array.task(3), "RUNNING");
    expect(await field(array.task(1), "Reason")).toBe("JobHeldUser");
    expect(await array.task(3).cancel()).toEqual({ kind: "done" });
    expect((await array.task(3).done()).kind).toBe("cancelled");
    expect(await array.hold()).toMatchObject({ kind: "done", refused: [{ tasks: [3], problem: "ended" }] });
    await array.cancel();
    expect((await collectEvents(array.task(4))).at(-1)?.state).toBe("CANCELLED");
  });

  it("are given about many jobs at once, with a result for each", async () => {
    const { slurm } = under();
    const [one, two] = await Promise.all([waiting(), waiting()]);
    const ended = await submitShell(under(), succeed);
    await ended.done();
    expect((await slurm.jobs.release([one.toJSON()])).map(({ kind }) => kind)).toEqual(["done"]);
    const unknown = { id: "99999999", cluster: slurm.cluster.name, submittedAtSeconds: Date.now() / 1000 };
    const results = await slurm.jobs.cancel([one, two.toJSON(), ended, unknown]);
    expect(results.map(({ kind }) => kind)).toEqual(["done", "done", "ended", "failed"]);
    expect((await two.done()).kind).toBe("cancelled");
  });

  it("are given about all jobs that a filter finds, tasks of an array among them, and can be tried before", async () => {
    const { slurm, folder } = under();
    const name = `found ${folder.slice(-6)}`;
    const jobs = await Promise.all([submitShell(under(), sh`sleep 600`, { name, hold: true }), submitShell(under(), sh`sleep 600`, { name, hold: true, array: "1-40" }), submitShell(under(), sh`sleep 600`, { name: `${name} not` })]);
    const [single, array, other] = jobs;
    const ids = (results: readonly { readonly job: { readonly id: string }; readonly kind: string }[]): readonly string[] => [...new Set(results.map(({ job, kind }) => `${job.id} ${kind}`))].sort();
    const found = slurm.jobs.where({ names: [name] });
    expect(ids(await found.cancel({ dryRun: true }))).toEqual([`${single.id} planned`, `${array.id} planned`].sort());
    await array.task(2).release();
    await seen(array.task(2), "RUNNING");
    // Only those that wait: the task that runs goes on.
    expect(ids(await slurm.jobs.where({ names: [name], states: ["PENDING"] }).cancel())).toEqual([`${single.id} done`, `${array.id} done`].sort());
    expect((await single.done()).kind).toBe("cancelled");
    const rest = await found.hold();
    expect(rest).toEqual([]);
    expect((await slurm.jobs.list({ mine: true, names: [name] })).map(({ id, tasks }) => [id, tasks])).toEqual([[array.id, [{ first: 2, last: 2 }]]]);
    expect(await found.cancel()).toMatchObject([{ job: { id: array.id }, kind: "done" }]);
    expect((await array.task(2).done()).kind).toBe("cancelled");
    expect(await slurm.jobs.where({ ids: [other.id] }).cancel()).toMatchObject([{ kind: "done" }]);
    expect(() => slurm.jobs.where({})).toThrow("a filter that says nothing is every job");
  });
}
