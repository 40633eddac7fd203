import { describe, expect, it } from "vitest";
import type { FinalState } from "../state/job-state.js";
import { combineOutcomes, decideOutcome, lostOutcome } from "./decide-outcome.js";
import type { TaskOutcome } from "./outcome.js";

const ended = (state: FinalState, rawExitCode = "0:0", rawState: string = state): ReturnType<typeof decideOutcome> =>
  decideOutcome({ state, elapsedSeconds: 7, exitCodeUncertain: false, evidence: { source: "accounting", rawState, rawExitCode, reason: undefined, observedAtSeconds: 1 } });

describe("decideOutcome", () => {
  it.each([
    ["COMPLETED", "completed"],
    ["CANCELLED", "cancelled"],
    ["FAILED", "failed"],
    ["TIMEOUT", "timeout"],
    ["NODE_FAIL", "node-failure"],
    ["PREEMPTED", "preempted"],
    ["BOOT_FAIL", "boot-failure"],
    ["DEADLINE", "deadline"],
    ["OUT_OF_MEMORY", "out-of-memory"],
  ] as const)("takes %s for %s, whatever the exit code says", (state, kind) => {
    expect(ended(state).kind).toBe(kind);
    expect(ended(state, "9:9").kind).toBe(kind);
  });

  it("says how a job failed: an exit code or a signal, or neither", () => {
    expect(ended("FAILED", "3:0")).toMatchObject({ exitCode: 3, signal: undefined });
    expect(ended("FAILED", "0:9")).toMatchObject({ exitCode: undefined, signal: "SIGKILL" });
    expect(ended("FAILED", "")).toMatchObject({ exitCode: undefined, signal: undefined });
  });

  it("says who cancelled", () => {
    expect(ended("CANCELLED", "0:0", "CANCELLED by 2001")).toMatchObject({ byUid: 2001 });
    expect(ended("CANCELLED")).toMatchObject({ byUid: undefined });
  });
});

describe("combineOutcomes", () => {
  const task = (index: number, state: FinalState): TaskOutcome => ({ ...ended(state, state === "FAILED" ? "4:0" : "0:0"), task: index });

  it("is completed only if every task is", () => {
    const whole = combineOutcomes([task(0, "COMPLETED"), task(1, "COMPLETED")]);
    expect(whole).toMatchObject({ kind: "completed", elapsedSeconds: 7, tasks: [{ task: 0 }, { task: 1 }] });
    expect(whole).not.toHaveProperty("task");
  });

  it("is the end of the first task that is not", () => {
    expect(combineOutcomes([task(0, "COMPLETED"), task(1, "FAILED"), task(2, "TIMEOUT")])).toMatchObject({ kind: "failed", exitCode: 4 });
    expect(combineOutcomes([task(0, "COMPLETED"), { ...lostOutcome("why", 1), task: 1 }]).kind).toBe("lost");
  });
});
