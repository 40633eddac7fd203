import { describe, expect, it } from "vitest";
import { combineComponents, combineTasks } from "./combine-outcomes.js";
import { lostOutcome } from "./decide-outcome.js";
import type { Outcome, TaskOutcome } from "./outcome.js";

const evidence = { source: "accounting", rawState: "X", rawExitCode: "0:0", reason: undefined, observedAtSeconds: 1 } as const;
const facts = { evidence, started: true, startedAtSeconds: 10, endedAtSeconds: 17, elapsedSeconds: 7, restarts: 0, highestStepExit: undefined };
const completed: Outcome = { kind: "completed", ...facts };
const failed: Outcome = { kind: "failed", cause: "exit-code", exitCode: 4, signal: undefined, exitCodeUncertain: false, ...facts, startedAtSeconds: 12, endedAtSeconds: 30, elapsedSeconds: 18, restarts: 2 };
const lost = lostOutcome("why", { observedAtSeconds: 1, restarts: 0 });
const tasks = (...outcomes: readonly Outcome[]): readonly TaskOutcome[] => outcomes.map((outcome, task) => ({ ...outcome, task }));

describe("combineTasks", () => {
  it("is completed only if every task is", () => {
    const whole = combineTasks(tasks(completed, completed));
    expect(whole).toMatchObject({ kind: "completed", started: true, elapsedSeconds: 7, tasks: [{ task: 0 }, { task: 1 }] });
    expect(whole).not.toHaveProperty("task");
  });

  it("is the end of the first task that is not, over the time of all", () => {
    expect(combineTasks(tasks(completed, failed, { ...completed, kind: "timeout" }))).toMatchObject({
      kind: "failed", exitCode: 4, startedAtSeconds: 10, endedAtSeconds: 30, elapsedSeconds: 18, restarts: 2,
    });
    expect(combineTasks(tasks(completed, lost)).kind).toBe("lost");
  });

  it("knows whether it began only where that is known", () => {
    const waiting: Outcome = { kind: "cancelled", byUid: 1, byUser: undefined, ...facts, started: false };
    expect([combineTasks(tasks(waiting, waiting)), combineTasks(tasks(waiting, lost)), combineTasks(tasks(lost, completed))].map(({ started }) => started)).toEqual([false, undefined, true]);
  });

  it("takes arrays of any size", () => {
    expect(combineTasks(tasks(...Array<Outcome>(3).fill(completed)).concat(Array.from({ length: 300_000 }, (_, task) => ({ ...completed, task })))).kind).toBe("completed");
  });
});

describe("combineComponents", () => {
  it("is the end of the first component that is not completed", () => {
    const whole = combineComponents([{ ...completed, component: 0 }, { ...failed, component: 1 }]);
    expect(whole).toMatchObject({ kind: "failed", exitCode: 4, components: [{ component: 0, kind: "completed" }, { component: 1, kind: "failed" }] });
    expect(whole).not.toHaveProperty("component");
  });
});
