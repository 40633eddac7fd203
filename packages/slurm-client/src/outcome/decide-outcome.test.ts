import { describe, expect, it } from "vitest";
import type { FinalState } from "../state/job-state.js";
import { decideOutcome, lostOutcome, type EndedRecord } from "./decide-outcome.js";
import type { Outcome } from "./outcome.js";

interface Changes extends Partial<Omit<EndedRecord, "evidence">> {
  readonly rawState?: string;
  readonly rawExitCode?: string;
  readonly reason?: string;
  readonly source?: "accounting" | "controller";
}

function ended(state: FinalState, { rawState = state, rawExitCode = "0:0", reason, source = "accounting", ...changes }: Changes = {}): Outcome {
  const evidence = { source, rawState, rawExitCode, reason, observedAtSeconds: 1 };
  const users = new Map([[2001, "alice"]]);
  return decideOutcome({ state, evidence, started: true, startedAtSeconds: 10, endedAtSeconds: 17, elapsedSeconds: 7, restarts: 0, derivedExitCode: "0:0", exitCodeUncertain: false, users, ...changes });
}

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
    expect(ended(state, { rawExitCode: "9:9" }).kind).toBe(kind);
  });

  it("says how a job failed: an exit code, a signal, an output file, or nothing that Slurm knows", () => {
    expect(ended("FAILED", { rawExitCode: "3:0" })).toMatchObject({ cause: "exit-code", exitCode: 3, signal: undefined });
    expect(ended("FAILED", { rawExitCode: "0:9" })).toMatchObject({ cause: "signal", exitCode: undefined, signal: "SIGKILL" });
    expect(ended("FAILED", { rawExitCode: "0:53" })).toMatchObject({ cause: "output-file", exitCode: undefined, signal: undefined });
    expect(ended("FAILED", { rawExitCode: "" })).toMatchObject({ cause: "unknown", exitCode: undefined, signal: undefined });
  });

  it("says that a step of a completed job failed", () => {
    expect(ended("COMPLETED", { derivedExitCode: "0:125" })).toMatchObject({ kind: "completed", highestStepExit: { kind: "out-of-memory" } });
    expect(ended("COMPLETED", { derivedExitCode: "9:0" })).toMatchObject({ kind: "completed", highestStepExit: { kind: "exit-code", exitCode: 9 } });
    expect(ended("COMPLETED", { derivedExitCode: undefined }).highestStepExit).toBeUndefined();
  });

  it("says who cancelled, and whether the job had begun", () => {
    expect(ended("CANCELLED", { rawState: "CANCELLED by 2001" })).toMatchObject({ kind: "cancelled", byUid: 2001, byUser: "alice", started: true, startedAtSeconds: 10 });
    expect(ended("CANCELLED", { rawState: "CANCELLED by 2002", started: false })).toMatchObject({ kind: "cancelled", byUid: 2002, byUser: undefined, started: false, startedAtSeconds: undefined });
    expect(ended("CANCELLED", { rawState: "CANCELLED by 2002", started: false, derivedExitCode: "0:0" }).highestStepExit).toBeUndefined();
    expect(ended("CANCELLED", { source: "controller", started: false, reason: "JobHeldUser" })).toMatchObject({ kind: "cancelled", byUid: undefined, started: false });
  });

  it.each([
    ["CANCELLED", { source: "controller", reason: "DependencyNeverSatisfied" }, "dependency"],
    ["CANCELLED", { reason: "Dependency" }, "dependency"],
    ["CANCELLED", { reason: undefined }, "unknown"],
    ["FAILED", { reason: "JobLaunchFailure" }, "launch"],
    ["NODE_FAIL", { reason: "NodeDown" }, "node"],
  ] as const)("calls never-started what Slurm gave up before it began: %s with %j", (state, changes, cause) => {
    expect(ended(state, { ...changes, started: false } as Changes)).toMatchObject({ kind: "never-started", cause, started: false });
  });

  it("does not call never-started what missed its deadline while it waited", () => {
    expect(ended("DEADLINE", { started: false })).toMatchObject({ kind: "deadline", started: false });
  });

  it("knows nothing of a job that is lost", () => {
    expect(lostOutcome("why", { observedAtSeconds: 1, restarts: 2 })).toMatchObject({ kind: "lost", why: "why", started: undefined, restarts: 2, evidence: { source: "none" } });
    expect(lostOutcome("why", { observedAtSeconds: 1, restarts: 0, rawState: "RUNNING" }).evidence).toMatchObject({ source: "accounting", rawState: "RUNNING" });
  });
});
