import { describe, expect, it } from "vitest";
import { submittedAt, type ScriptedLook } from "../fixtures/scripted-slurm.js";
import { noAccounting, noController, own, unknownId, watch } from "./fixtures/watch-scripted.js";

const running: ScriptedLook = { queue: [{}] };
const requeued = { submittedAt: String(submittedAt + 60), restarts: "1" };

describe("a job that the controller has forgotten", () => {
  it("has not ended as the run before did, whose record is the newest that accounting has", async () => {
    const behind: ScriptedLook = { queue: unknownId, accounting: [{ state: "PREEMPTED" }] };
    const { job } = watch([running, { queue: [requeued] }, behind, behind, behind, behind, behind, { queue: unknownId, accounting: [{ state: "COMPLETED", submittedAt: requeued.submittedAt }] }]);
    expect(await job.done()).toMatchObject({ kind: "completed", restarts: 1 });
  });

  it("is lost where accounting knows the run before alone", async () => {
    const { job, waitedMs } = watch([{ queue: [requeued] }, { queue: unknownId, accounting: [{ state: "FAILED", exitCode: "1:0" }] }]);
    expect(await job.done()).toMatchObject({ kind: "lost", evidence: { rawState: undefined } });
    expect(waitedMs()).toBeGreaterThan(120_000);
  });

  it("has ended as the controller said before it forgot, where accounting does not exist, or is late", async () => {
    const alone = watch([running, { queue: [{ state: "PREEMPTED" }] }, { queue: unknownId }], { accounting: false });
    expect(await alone.job.done()).toMatchObject({ kind: "preempted", evidence: { source: "controller" } });
    const late = watch([running, { queue: [{ state: "FAILED", exitCode: "3:0" }] }, { queue: unknownId, accounting: [{ state: "RUNNING" }] }]);
    expect(await late.job.done()).toMatchObject({ kind: "failed", exitCode: 3, evidence: { source: "controller" } });
    expect(late.waitedMs()).toBeGreaterThanOrEqual(30_000);
    const away = watch([running, { queue: [{ state: "FAILED", exitCode: "3:0" }] }, { queue: unknownId, accounting: noAccounting }]);
    expect(await away.job.done()).toMatchObject({ kind: "failed", exitCode: 3 });
  });

  it("has ended as its later run did, which the controller showed no more", async () => {
    const { job } = watch([running, { queue: [{ state: "NODE_FAIL" }] }, { queue: unknownId, accounting: [{ state: "COMPLETED", submittedAt: requeued.submittedAt }] }]);
    expect((await job.done()).kind).toBe("completed");
  });

  it("is not the exit code of a job that was still running when it was seen last", async () => {
    const { job } = watch([running, { queue: unknownId, accounting: [{ state: "FAILED", exitCode: "72:0" }] }]);
    expect(await job.done()).toMatchObject({ kind: "failed", exitCode: 72, exitCodeUncertain: true });
  });

  it.each([
    ["accounting", { queue: unknownId, accounting: noAccounting }],
    ["the controller", { queue: noController }],
  ] as const)("is not lost as soon as %s is back and behind", async (_, away) => {
    const behind: ScriptedLook = { queue: unknownId, accounting: [{ state: "RUNNING" }] };
    const { job } = watch([running, behind, ...Array<ScriptedLook>(20).fill(away), ...Array<ScriptedLook>(3).fill(behind), { queue: unknownId, accounting: [{ state: "COMPLETED" }] }]);
    expect((await job.done()).kind).toBe("completed");
  });

  it("knows of a task that it had run before it was cancelled while it waited again", async () => {
    const { job } = watch(
      [
        { queue: [{ task: "1", state: "RUNNING" }, { task: "2", state: "PENDING", nodes: "" }] },
        { queue: [{ task: "1", state: "PENDING", nodes: "", ...requeued }, { task: "2", state: "PENDING", nodes: "" }] },
        { queue: unknownId, accounting: [{ jobId: "7_1", state: "CANCELLED by 0", nodes: "None assigned", startedAt: "None", submittedAt: requeued.submittedAt }, { jobId: "7_2", state: "CANCELLED by 0", nodes: "None assigned", startedAt: "None" }] },
      ],
      { reference: { ...own, tasks: [1, 2] } },
    );
    expect((await job.done()).tasks).toMatchObject([{ task: 1, started: true, restarts: 1 }, { task: 2, started: false, restarts: 0 }]);
  });
});
