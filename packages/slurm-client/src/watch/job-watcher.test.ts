import { AbortedError, TransportError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { scriptedContext, scriptedSlurm, submittedAt, type ScriptedLook } from "../fixtures/scripted-slurm.js";
import { createJob } from "../job/create-job.js";
import { eventsOf, noAccounting, noController, own, unknownId, watch } from "./fixtures/watch-scripted.js";
import { createWatcher } from "./job-watcher.js";
import { completePatience } from "./patience.js";

const cutOff = new TransportError("connection-lost", "the connection was lost");
const running: ScriptedLook = { queue: [{}] };

describe("watching a job", () => {
  it("tells each change once, and the end last", async () => {
    const pending: ScriptedLook = { queue: [{ state: "PENDING", reason: "Resources", nodes: "" }] };
    const ended: ScriptedLook = { queue: [{ state: "COMPLETED" }], accounting: [{ state: "COMPLETED" }] };
    const { job } = watch([pending, pending, running, running, { queue: [{ state: "COMPLETING" }] }, ended]);
    const events = await eventsOf(job);
    expect(events.map(({ state, flags, reason }) => [state, ...flags, reason])).toEqual([
      ["PENDING", "Resources"],
      ["RUNNING", undefined],
      ["RUNNING", "COMPLETING", undefined],
      ["COMPLETED", undefined],
    ]);
    expect(await job.done()).toMatchObject({ kind: "completed", elapsedSeconds: 5, evidence: { source: "accounting", rawState: "COMPLETED" } });
  });

  it("takes the exit code of the controller, which is exact, before that of accounting", async () => {
    const exact = watch([{ queue: [{ state: "FAILED", exitCode: "200:0" }], accounting: [{ state: "FAILED", exitCode: "72:0" }] }]);
    expect(await exact.job.done()).toMatchObject({ kind: "failed", exitCode: 200, exitCodeUncertain: false });
    const late = watch([{ queue: unknownId, accounting: [{ state: "FAILED", exitCode: "72:0" }] }]);
    expect(await late.job.done()).toMatchObject({ kind: "failed", exitCode: 72, exitCodeUncertain: true });
  });

  it("asks accounting for a job that the queue no longer knows, and waits while that lags", async () => {
    const { job, transport } = watch([running, { queue: unknownId, accounting: [{ state: "RUNNING" }] }, { queue: unknownId, accounting: [{ state: "COMPLETED" }] }]);
    expect(await job.done()).toMatchObject({ kind: "completed", evidence: { source: "accounting" } });
    expect(transport.calls.filter(({ argv }) => argv.includes("sacct"))).toHaveLength(2);
  });

  it("takes the controller's word after a while in which accounting has no record", async () => {
    const { job, waitedMs } = watch([{ queue: [{ state: "FAILED", exitCode: "3:0" }], accounting: [] }]);
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: 3, evidence: { source: "controller" } });
    expect(waitedMs()).toBeGreaterThanOrEqual(30_000);
  });

  it("takes the controller's word at once where there is no accounting", async () => {
    const { job, waitedMs } = watch([{ queue: [{ state: "TIMEOUT" }] }], { accounting: false });
    expect(await job.done()).toMatchObject({ kind: "timeout", evidence: { source: "controller" } });
    expect(waitedMs()).toBe(0);
  });

  it.each([
    ["nobody knows", { queue: unknownId, accounting: [] }, /neither the queue nor accounting/],
    ["the queue does not know and accounting calls running", { queue: unknownId, accounting: [{ state: "RUNNING" }] }, /still says RUNNING/],
    ["had its id before", { queue: [{ state: "COMPLETED", submittedAt: "1700000000" }], accounting: [{ state: "COMPLETED", submittedAt: "1700000000" }] }, /neither the queue nor accounting/],
  ] as const)("calls a job lost, never completed, that %s", async (_, look, why) => {
    const { job, waitedMs } = watch([look]);
    const outcome = await job.done();
    expect(outcome).toMatchObject({ kind: "lost", why: expect.stringMatching(why) as string });
    expect(waitedMs()).toBeGreaterThanOrEqual(120_000);
    expect((await eventsOf(job)).at(-1)?.state).toBe("UNKNOWN");
  });

  it("decides nothing while a tool fails, however long", async () => {
    const silent: ScriptedLook = { queue: unknownId, accounting: noAccounting };
    const { job, troubles, waitedMs } = watch([...Array<ScriptedLook>(40).fill(silent), { queue: unknownId, accounting: [{ state: "COMPLETED" }] }]);
    expect((await job.done()).kind).toBe("completed");
    expect(waitedMs()).toBeGreaterThan(300_000);
    expect(troubles).toHaveLength(40);
  });

  it("outlasts a controller and a connection that are away for a while, and asks them ever more rarely", async () => {
    const { job, troubles, waitedMs } = watch([running, ...Array<ScriptedLook>(4).fill({ queue: noController }), ...Array<ScriptedLook>(4).fill({ queue: cutOff }), { queue: [{ state: "COMPLETED" }], accounting: [{ state: "COMPLETED" }] }]);
    expect((await eventsOf(job)).map(({ state }) => state)).toEqual(["RUNNING", "COMPLETED"]);
    expect(troubles).toHaveLength(8);
    expect(waitedMs()).toBeGreaterThan(2 ** 8 * 1000);
  });

  it("does not believe squeue that exits with 0 and could not ask", async () => {
    const { job, troubles } = watch([{ queue: { stderr: "slurm_load_jobs error: Socket timed out on send/recv operation" } }, { queue: [{ state: "COMPLETED" }], accounting: [{ state: "COMPLETED" }] }]);
    expect((await job.done()).kind).toBe("completed");
    expect(troubles).toHaveLength(1);
  });

  it("fails when nothing more can be found out", async () => {
    const { job } = watch([{ queue: new TransportError("authentication-failed", "the key is no longer accepted") }]);
    await expect(job.done()).rejects.toThrow("no longer accepted");
  });

  it("shows a state that it does not know, and goes on", async () => {
    const { job } = watch([{ queue: [{ state: "HIBERNATING" }] }, { queue: [{ state: "COMPLETED" }], accounting: [{ state: "COMPLETED" }] }]);
    expect((await eventsOf(job)).map(({ state, raw }) => [state, raw])).toEqual([["UNKNOWN", "HIBERNATING"], ["COMPLETED", "COMPLETED"]]);
  });

  it("lets a preempted job come back, and counts how often", async () => {
    const { job } = watch([
      running,
      { queue: [{ state: "PREEMPTED" }], accounting: [{ state: "PREEMPTED" }] },
      { queue: [{ state: "PENDING", restarts: "1", reason: "BeginTime", nodes: "" }] },
      { queue: [{ state: "RUNNING", restarts: "1" }] },
      { queue: [{ state: "COMPLETED", restarts: "1" }], accounting: [{ state: "COMPLETED" }] },
    ]);
    expect((await eventsOf(job)).map(({ state, restarts }) => [state, restarts])).toEqual([["RUNNING", 0], ["PENDING", 1], ["RUNNING", 1], ["COMPLETED", 1]]);
  });

  it("counts a restart that came and went between two looks", async () => {
    const { job } = watch([running, { queue: [{ state: "FAILED", exitCode: "7:0", restarts: "1" }], accounting: [{ state: "FAILED", exitCode: "7:0" }] }]);
    expect((await eventsOf(job)).at(-1)).toMatchObject({ state: "FAILED", restarts: 1 });
  });

  it("ends a preempted job that stays away", async () => {
    const { job, waitedMs } = watch([{ queue: [{ state: "PREEMPTED" }], accounting: [{ state: "PREEMPTED" }] }]);
    expect((await job.done()).kind).toBe("preempted");
    expect(waitedMs()).toBeGreaterThanOrEqual(10_000);
  });

  it("ends an array when each task has ended, and tells of each", async () => {
    const { job } = watch(
      [
        { queue: [{ task: "1", state: "RUNNING" }, { task: "2-3%1", state: "PENDING" }] },
        { queue: [{ task: "3", state: "RUNNING" }], accounting: [{ jobId: "7_1", state: "COMPLETED" }, { jobId: "7_2", state: "FAILED", exitCode: "2:0" }] },
        { accounting: [{ jobId: "7_1", state: "COMPLETED" }, { jobId: "7_2", state: "FAILED", exitCode: "2:0" }, { jobId: "7_3", state: "COMPLETED" }] },
      ],
      { reference: { ...own, tasks: [1, 2, 3] } },
    );
    const events = await eventsOf(job);
    expect(events.map(({ tasks }) => tasks)).toEqual([{ RUNNING: 1, PENDING: 2 }, { RUNNING: 1, COMPLETED: 1, FAILED: 1 }, { COMPLETED: 2, FAILED: 1 }]);
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: 2, tasks: [{ task: 1, kind: "completed" }, { task: 2, kind: "failed" }, { task: 3, kind: "completed" }] });
  });

  it("ends a heterogeneous job when each component has ended, also where nobody said how many there are", async () => {
    const { job } = watch([
      { queue: [{ component: "0", nodes: "c1" }, { component: "1", nodes: "c2" }] },
      { queue: [{ component: "0", state: "COMPLETED" }, { component: "1", nodes: "c2" }], accounting: [{ jobId: "7+0", state: "COMPLETED" }, { jobId: "7+1", state: "RUNNING" }] },
      { queue: [{ component: "0", state: "COMPLETED" }, { component: "1", state: "FAILED", exitCode: "4:0" }], accounting: [{ jobId: "7+0", state: "COMPLETED" }, { jobId: "7+1", state: "FAILED", exitCode: "4:0" }] },
    ]);
    expect((await eventsOf(job)).map(({ state, nodes }) => [state, nodes])).toEqual([["RUNNING", "c1,c2"], ["RUNNING", "c2"], ["FAILED", "c1"]]);
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: 4, components: [{ component: 0, kind: "completed" }, { component: 1, kind: "failed" }] });
  });

  it("waits for components that accounting has not got yet", async () => {
    const first: ScriptedLook = { queue: unknownId, accounting: [{ jobId: "7+0", state: "COMPLETED" }] };
    const { job } = watch([first, first, { queue: unknownId, accounting: [{ jobId: "7+0", state: "COMPLETED" }, { jobId: "7+1", state: "COMPLETED" }] }]);
    expect(await job.done()).toMatchObject({ kind: "completed", components: [{ component: 0 }, { component: 1 }] });
  });

  it("outlasts accounting that is away while the queue forgets the job, and accounting that is behind when it is back", async () => {
    const away: ScriptedLook = { queue: unknownId, accounting: noAccounting };
    const behind: ScriptedLook = { queue: unknownId, accounting: [{ state: "RUNNING" }] };
    const { job } = watch([running, ...Array<ScriptedLook>(20).fill(away), behind, behind, { queue: unknownId, accounting: [{ state: "COMPLETED" }] }]);
    expect((await eventsOf(job)).map(({ state }) => state)).toEqual(["RUNNING", "COMPLETED"]);
  });

  it("takes a job that was queued again, under a later time of submission, for the same", async () => {
    const later = String(submittedAt + 3600);
    const { job } = watch([running, { queue: [{ state: "PENDING", submittedAt: later, restarts: "1", nodes: "" }] }, { queue: unknownId, accounting: [{ state: "COMPLETED", submittedAt: later }] }]);
    expect(await job.done()).toMatchObject({ kind: "completed", restarts: 1, started: true });
  });

  it("knows that a job had run before it was cancelled while it waited again", async () => {
    const { job } = watch([running, { queue: [{ state: "PENDING", restarts: "1", nodes: "" }] }, { queue: [{ state: "CANCELLED", restarts: "1", nodes: "" }], accounting: [{ state: "CANCELLED by 0", nodes: "None assigned", startedAt: "None" }] }]);
    expect(await job.done()).toMatchObject({ kind: "cancelled", byUser: "root", started: true, restarts: 1 });
  });

  it("holds on to a job that is held after a failure, and says why", async () => {
    const held: ScriptedLook = { queue: [{ state: "SPECIAL_EXIT", restarts: "1", nodes: "", reason: "job requeued in special exit state" }] };
    const { job } = watch([running, held, held, { queue: [{ state: "COMPLETED", restarts: "1" }], accounting: [{ state: "COMPLETED" }] }]);
    expect((await eventsOf(job)).map(({ state, flags, explanation }) => [state, ...flags, explanation?.kind])).toEqual([["RUNNING", undefined], ["PENDING", "SPECIAL_EXIT", "held"], ["COMPLETED", undefined]]);
  });

  it("tells nothing while nothing changes, of thousands of tasks either", async () => {
    const waiting: ScriptedLook = { queue: [{ task: "0-4999%50", state: "PENDING", reason: "JobHeldUser", nodes: "" }] };
    const { job } = watch([...Array<ScriptedLook>(30).fill(waiting), { queue: [{ task: "0-4999", state: "CANCELLED", nodes: "" }], accounting: [{ jobId: "7_[0-4999]", state: "CANCELLED by 2001", nodes: "None assigned" }] }], { reference: { ...own, tasks: Array.from({ length: 5000 }, (_, task) => task) } });
    const events = await eventsOf(job);
    expect(events.map(({ tasks }) => tasks)).toEqual([{ PENDING: 5000 }, { CANCELLED: 5000 }]);
    expect(await job.done()).toMatchObject({ kind: "cancelled", started: false });
  });

  it("removes what the job left before it tells the end, and tells it also when that fails", async () => {
    const order: string[] = [];
    const { job, troubles } = watch([{ queue: [{ state: "COMPLETED" }], accounting: [{ state: "COMPLETED" }] }], {
      onOutcome: () => {
        order.push("removed");
        return Promise.reject(new TransportError("permission-denied", "not yours"));
      },
    });
    order.push((await job.done()).kind);
    expect(order).toEqual(["removed", "completed"]);
    expect(troubles).toHaveLength(1);
  });

  it("tells the end to nobody before what the job left is removed, not to who asks meanwhile either", async () => {
    let removed = (): void => undefined;
    const { job } = watch([{ queue: [{ state: "COMPLETED" }], accounting: [{ state: "COMPLETED" }] }], { onOutcome: () => new Promise((resolve) => (removed = resolve)) });
    const told: string[] = [];
    const waits = [job.done().then(() => told.push("first"))];
    await new Promise((resolve) => setTimeout(resolve, 10));
    waits.push(job.done().then(() => told.push("second")));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(told).toEqual([]);
    removed();
    await Promise.all(waits);
    expect(told).toEqual(["first", "second"]);
  });

  it("is neither held up nor hurried by a time of day that is set", async () => {
    const hour = 3_600_000;
    const lookedAtMs: number[] = [];
    // It is set during the pause after a look.
    const setting = (milliseconds: number, queue: NonNullable<ScriptedLook["queue"]>): ScriptedLook => ({
      get queue() {
        lookedAtMs.push(waitedMs());
        setImmediate(() => clock.setForward(milliseconds));
        return queue;
      },
    });
    const { job, clock, waitedMs } = watch([setting(0, [{}]), setting(-hour, [{}]), setting(0, [{}]), setting(3 * hour, unknownId), { queue: unknownId, accounting: [] }]);
    expect((await job.done()).kind).toBe("lost");
    expect(lookedAtMs).toEqual([0, 1000, 3000, 7000]);
    // Nobody has known the job for two minutes all the same.
    expect(waitedMs()).toBeGreaterThan(127_000);
    expect(waitedMs()).toBeLessThan(hour);
  });

  it("tells nothing that was seen before an order, and the present state also where that has changed nothing", async () => {
    const suspended: ScriptedLook = { queue: [{ state: "SUSPENDED" }] };
    const { job, watcher, transport } = watch([running, suspended, suspended]);
    const first = async (): Promise<string | undefined> => {
      for await (const { state } of job.events()) return state;
      return undefined;
    };
    const asked: number[] = [];
    const states: (string | undefined)[] = [];
    for (const isOrdered of [false, true, false, true]) {
      if (isOrdered) watcher.ordered();
      states.push(await first());
      asked.push(transport.calls.length);
    }
    expect(states).toEqual(["RUNNING", "SUSPENDED", "SUSPENDED", "SUSPENDED"]);
    expect(asked).toEqual([1, 2, 2, 3]);
  });

  it("tells nothing of a look that had begun before an order to who listens since", async () => {
    const { job, watcher } = watch([
      running,
      {
        get queue() {
          watcher.ordered();
          void told.push(first());
          return [{ nodes: "c2" }];
        },
      },
      { queue: [{ state: "SUSPENDED" }] },
    ]);
    const first = async (): Promise<string> => {
      for await (const { state } of job.events()) return state;
      return "";
    };
    const told: Promise<string>[] = [];
    const seen: string[] = [];
    for await (const { state } of job.events()) if (seen.push(state) === 3) break;
    expect(seen).toEqual(["RUNNING", "RUNNING", "SUSPENDED"]);
    expect(await Promise.all(told)).toEqual(["SUSPENDED"]);
  });

  it("looks again at once for who began to listen before a look, if an order came during it", async () => {
    const { job, watcher, waitedMs } = watch([
      running,
      {
        get queue() {
          watcher.ordered();
          looksAtMs.push(waitedMs());
          return [{}];
        },
      },
      {
        get queue() {
          looksAtMs.push(waitedMs());
          return [{ state: "SUSPENDED" }];
        },
      },
    ]);
    const looksAtMs: number[] = [];
    for await (const { state } of job.events()) if (state === "RUNNING") break;
    watcher.ordered();
    for await (const { state } of job.events()) if (state === "SUSPENDED") break;
    const [during = NaN, after = NaN] = looksAtMs;
    expect(after - during).toBe(200);
  });

  it("stops asking when nobody listens, and the job goes on", async () => {
    const { job, transport } = watch([running]);
    const giveUp = new AbortController();
    const wait = job.done({ signal: giveUp.signal });
    for await (const event of job.events()) if (event.state === "RUNNING") break;
    giveUp.abort();
    await expect(wait).rejects.toThrow(AbortedError);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const asked = transport.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(transport.calls).toHaveLength(asked);
    expect(transport.calls.some(({ argv }) => argv.includes("scancel"))).toBe(false);
  });

  it("asks once for any number of jobs, and never for an empty list, which would be everybody's", async () => {
    const transport = scriptedSlurm([{ queue: [{ jobId: "7", state: "COMPLETED" }, { jobId: "8", state: "TIMEOUT" }], accounting: [{ jobId: "7", state: "COMPLETED" }, { jobId: "8", state: "TIMEOUT" }] }]);
    const context = scriptedContext(transport);
    const watcher = createWatcher(context, { pollIntervalMs: 1000, patience: completePatience(), onTrouble: () => undefined });
    const jobs = ["7", "8"].map((id) => createJob(context, watcher, { ...own, id }, async () => undefined));
    expect((await Promise.all(jobs.map((job) => job.done()))).map(({ kind }) => kind)).toEqual(["completed", "timeout"]);
    const asked = transport.calls.flatMap(({ argv }) => argv.filter((word) => word.startsWith("--jobs=")));
    expect(asked).toEqual(["--jobs=7,8", "--jobs=7,8"]);
  });
});
