import { describe, expect, it } from "vitest";
import type { AccountingFields, ScriptedLook } from "../fixtures/scripted-slurm.js";
import { eventsOf, noAccounting, own, unknownId, watch } from "./fixtures/watch-scripted.js";

const ended = (...tasks: readonly number[]): readonly AccountingFields[] => tasks.map((task) => ({ jobId: `7_${task}`, state: "COMPLETED" }));

describe("an array whose reference names no tasks", () => {
  it("ends when each task has ended, also those that waited when it was first looked at", async () => {
    const { job } = watch([
      { queue: [{ task: "0", state: "RUNNING" }, { task: "1-3%1", state: "PENDING" }] },
      { queue: [{ task: "1-3%1", state: "PENDING" }], accounting: ended(0) },
      { queue: [{ task: "1", state: "RUNNING" }, { task: "2-3%1", state: "PENDING" }], accounting: ended(0) },
      { queue: unknownId, accounting: [...ended(0, 1, 2), { jobId: "7_3", state: "FAILED", exitCode: "4:0" }] },
    ]);
    expect((await eventsOf(job)).map(({ state, tasks }) => [state, tasks])).toEqual([
      ["RUNNING", { RUNNING: 1, PENDING: 3 }],
      ["PENDING", { COMPLETED: 1, PENDING: 3 }],
      ["RUNNING", { COMPLETED: 1, RUNNING: 1, PENDING: 2 }],
      ["FAILED", { COMPLETED: 3, FAILED: 1 }],
    ]);
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: 4, tasks: [{ task: 0 }, { task: 1 }, { task: 2 }, { task: 3, kind: "failed" }] });
  });

  it("knows by accounting the tasks that had ended before, and needs no task 0", async () => {
    const { job } = watch([
      { queue: [{ task: "12", state: "RUNNING" }], accounting: [{ jobId: "7_5", state: "TIMEOUT" }, ...ended(10)] },
      { queue: unknownId, accounting: [{ jobId: "7_5", state: "TIMEOUT" }, ...ended(10, 12)] },
    ]);
    expect((await eventsOf(job)).map(({ tasks }) => tasks)).toEqual([{ RUNNING: 1, TIMEOUT: 1, COMPLETED: 1 }, { TIMEOUT: 1, COMPLETED: 2 }]);
    expect((await job.done()).tasks?.map(({ task }) => task)).toEqual([5, 10, 12]);
  });

  it("does not end while accounting may be late with a task that nobody has seen", async () => {
    const first: ScriptedLook = { queue: unknownId, accounting: ended(0, 1) };
    const { job, waitedMs } = watch([first, first, first, { queue: unknownId, accounting: [...ended(0, 1), { jobId: "7_2", state: "FAILED", exitCode: "1:0" }] }]);
    expect(await job.done()).toMatchObject({ kind: "failed", tasks: [{ task: 0 }, { task: 1 }, { task: 2 }] });
    expect(waitedMs()).toBeGreaterThanOrEqual(30_000);
  });

  it("does not end while accounting fails, however long", async () => {
    const silent: ScriptedLook = { queue: [{ task: "1", state: "COMPLETED" }], accounting: noAccounting };
    const { job, waitedMs } = watch([...Array<ScriptedLook>(30).fill(silent), { queue: unknownId, accounting: ended(0, 1) }]);
    expect((await job.done()).tasks?.map(({ task }) => task)).toEqual([0, 1]);
    expect(waitedMs()).toBeGreaterThan(200_000);
  });

  it("is never called completed where tasks may have ended unseen and there is no accounting", async () => {
    const { job } = watch([{ queue: [{ task: "4-5", state: "PENDING" }] }, { queue: [{ task: "4", state: "COMPLETED" }, { task: "5", state: "COMPLETED" }] }], { accounting: false });
    expect(await job.done()).toMatchObject({ kind: "lost", why: expect.stringMatching(/a reference that names its tasks is sure/) as string, tasks: [{ task: 4, kind: "completed" }, { task: 5, kind: "completed" }] });
    const failed = watch([{ queue: [{ task: "4", state: "COMPLETED" }, { task: "5", state: "OUT_OF_MEMORY" }] }], { accounting: false });
    expect((await failed.job.done()).kind).toBe("out-of-memory");
  });

  it("takes nothing of a row that names no task for one of a task", async () => {
    const { job } = watch([{ queue: unknownId, accounting: [{ jobId: "7", state: "COMPLETED" }, { jobId: "7_0", state: "RUNNING" }] }, { queue: unknownId, accounting: [{ jobId: "7", state: "COMPLETED" }, { jobId: "7_0", state: "CANCELLED" }] }]);
    expect((await job.done()).kind).toBe("cancelled");
  });
});

it("the handle of one task hears and tells nothing of the others", async () => {
  const { job } = watch(
    [
      { queue: [{ task: "1", state: "RUNNING", nodes: "c1" }, { task: "2-9", state: "PENDING", nodes: "" }] },
      { queue: [{ task: "1", state: "RUNNING", nodes: "c1" }, { task: "3", state: "RUNNING", nodes: "c3" }, { task: "2,4-9", state: "PENDING", nodes: "" }] },
      { queue: [{ task: "1", state: "RUNNING", nodes: "c1" }, { task: "3", state: "COMPLETED", nodes: "c3" }], accounting: ended(3) },
    ],
    { reference: { ...own, tasks: [1, 2, 3, 4, 5, 6, 7, 8, 9] } },
  );
  expect((await eventsOf(job.task(3))).map(({ state, nodes, tasks }) => [state, nodes, tasks])).toEqual([
    ["PENDING", undefined, { PENDING: 1 }],
    ["RUNNING", "c3", { RUNNING: 1 }],
    ["COMPLETED", "c3", { COMPLETED: 1 }],
  ]);
});
