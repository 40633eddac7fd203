import { describe, expect, it } from "vitest";
import { adviseRequest } from "./advise-request.js";
import type { JobUsage, RunUsage, StepUsage } from "./job-usage.js";

const gibibyte = 1024 ** 3;
const run = (changes: Partial<RunUsage> = {}): RunUsage => ({
  state: "COMPLETED",
  restarts: 0,
  elapsedSeconds: 3600,
  cpuSeconds: 3500,
  allocatedCpuSeconds: 3600,
  cpuEfficiency: 0.97,
  peakMemoryBytes: 3.5 * gibibyte,
  usedMemoryBytes: 3.5 * gibibyte,
  allocatedMemoryBytes: 4 * gibibyte,
  memoryEfficiency: 0.9,
  readBytes: undefined,
  writtenBytes: undefined,
  energyJoules: undefined,
  gpuMemoryBytes: undefined,
  gpuUtilizationPercent: undefined,
  requested: { timeLimitSeconds: 4000, memory: "4G", cpus: 1, nodes: 1 },
  steps: [],
  ...changes,
});
const step = (name: string, changes: Partial<StepUsage>): StepUsage => ({
  step: name,
  state: "COMPLETED",
  startedAtSeconds: 0,
  endedAtSeconds: 3600,
  elapsedSeconds: 3600,
  nodes: 1,
  ntasks: 1,
  cpuSeconds: undefined,
  peakTaskMemoryBytes: undefined,
  peakTaskNode: undefined,
  totalMemoryBytes: undefined,
  readBytes: undefined,
  writtenBytes: undefined,
  energyJoules: undefined,
  gpuMemoryBytes: undefined,
  gpuUtilizationPercent: undefined,
  ...changes,
});
const advice = (usage: JobUsage): readonly (readonly [string, number])[] => adviseRequest(usage).map(({ what, suggested }) => [what, suggested] as const);

describe("advice for the next request", () => {
  it("is none where what was asked for was used", () => {
    expect(advice(run())).toEqual([]);
  });

  it("is less memory, with a margin for what sampling missed", () => {
    expect(advice(run({ usedMemoryBytes: gibibyte, peakMemoryBytes: gibibyte }))).toEqual([["memory", 21 * 64 * 1024 ** 2]]);
  });

  it("is less memory on several nodes only where each had one task", () => {
    const spread = (ntasks: number): JobUsage =>
      run({ usedMemoryBytes: 4 * gibibyte, peakMemoryBytes: gibibyte, allocatedMemoryBytes: 16 * gibibyte, requested: { timeLimitSeconds: 4000, memory: "4G", cpus: 4, nodes: 4 }, steps: [step("batch", { peakTaskMemoryBytes: 64 * 1024 ** 2 }), step("0", { ntasks, nodes: 4, peakTaskMemoryBytes: gibibyte })] });
    expect(advice(spread(5))).toEqual([]);
    expect(advice(spread(4))).toEqual([["memory", 23 * 64 * 1024 ** 2]]);
  });

  it("is no less of anything for a job that was queued again, or had a step that ran out", () => {
    const small = { usedMemoryBytes: 1e6, peakMemoryBytes: 1e6, elapsedSeconds: 300 } as const;
    expect(advice(run({ ...small, restarts: 1 }))).toEqual([]);
    expect(advice(run({ ...small, restarts: 1, state: "TIMEOUT" }))).toEqual([["time", 8000]]);
    expect(advice(run({ ...small, steps: [step("batch", {}), step("0", { state: "OUT_OF_MEMORY" })] }))).toEqual([["memory", 8 * gibibyte], ["time", 600]]);
  });

  it("leaves as many CPUs as tasks ran side by side", () => {
    const cpus = (...steps: readonly StepUsage[]): readonly (readonly [string, number])[] => advice(run({ cpuSeconds: 600, requested: { timeLimitSeconds: 4000, memory: "4G", cpus: 8, nodes: 1 }, steps: [step("batch", {}), ...steps] }));
    const during = { startedAtSeconds: 0, endedAtSeconds: 100 };
    expect(cpus(step("0", { ...during, ntasks: 2 }), step("1", { ...during, ntasks: 3 }))).toEqual([["cpus", 5]]);
    expect(cpus(step("0", { ...during, ntasks: 2 }), step("1", { startedAtSeconds: 100, endedAtSeconds: 200, ntasks: 3 }))).toEqual([["cpus", 3]]);
  });

  it("is more of what ran out, however little is known", () => {
    expect(advice(run({ state: "OUT_OF_MEMORY", elapsedSeconds: 3, usedMemoryBytes: undefined, peakMemoryBytes: undefined }))).toEqual([["memory", 8 * gibibyte]]);
    expect(advice(run({ state: "TIMEOUT", elapsedSeconds: 4000 }))).toEqual([["time", 8000]]);
  });

  it("is fewer CPUs and less time where they were not used", () => {
    expect(advice(run({ requested: { timeLimitSeconds: 86_400, memory: "4G", cpus: 8, nodes: 1 } }))).toEqual([["time", 5400], ["cpus", 2]]);
    expect(advice(run({ requested: { timeLimitSeconds: Infinity, memory: "4G", cpus: 1, nodes: 1 } }))).toEqual([["time", 5400]]);
  });

  it.each([
    ["a short run", { elapsedSeconds: 100 }],
    ["a job that was killed", { state: "CANCELLED" as const }],
    ["a job that failed", { state: "FAILED" as const }],
    ["a job that runs", { state: "RUNNING" as const }],
    ["what was not measured", { usedMemoryBytes: undefined, peakMemoryBytes: undefined, cpuSeconds: undefined, requested: { timeLimitSeconds: undefined, memory: undefined, cpus: 8, nodes: 1 } }],
  ])("is none from %s", (_, changes) => {
    expect(advice(run({ usedMemoryBytes: 1e6, peakMemoryBytes: 1e6, ...changes }))).toEqual([]);
  });

  it("is by the biggest task of an array, and none for components that differ, but for each of them", () => {
    const tasks = [run({ usedMemoryBytes: 1e6, peakMemoryBytes: 1e6 }), run()].map((one, task) => ({ ...one, task }));
    expect(advice({ ...run(), tasks })).toEqual([]);
    const components = tasks.map(({ task: component, ...one }) => ({ ...one, component }));
    expect(advice({ ...run(), components })).toEqual([]);
    expect(components.map(advice)).toEqual([[["memory", 64 * 1024 ** 2]], []]);
    expect(advice({ ...run(), tasks: [{ ...run({ state: "OUT_OF_MEMORY" }), task: 0 }, ...tasks] })).toEqual([["memory", 8 * gibibyte]]);
  });

  it("is more memory for an array of which a task ran out of it while others wait", () => {
    const waiting = run({ state: "PENDING", elapsedSeconds: 0, allocatedMemoryBytes: undefined, usedMemoryBytes: undefined });
    expect(advice({ ...run(), tasks: [run({ state: "OUT_OF_MEMORY" }), waiting].map((one, task) => ({ ...one, task })) })).toEqual([["memory", 8 * gibibyte]]);
  });

  it("is of arrays with more tasks than a call may have arguments", () => {
    const one = run({ elapsedSeconds: 600, cpuSeconds: 600, requested: { timeLimitSeconds: 4000, memory: "4G", cpus: 4, nodes: 1 } });
    expect(advice({ ...run(), tasks: Array.from({ length: 130_000 }, (_, task) => ({ ...one, task })) })).toEqual([["time", 900], ["cpus", 2]]);
  });
});
