import { describe, expect, it } from "vitest";
import { adviseRequest } from "./advise-request.js";
import type { JobUsage, RunUsage } from "./job-usage.js";

const gibibyte = 1024 ** 3;
const run = (changes: Partial<RunUsage> = {}): RunUsage => ({
  state: "COMPLETED",
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
const advice = (usage: JobUsage): readonly (readonly [string, number])[] => adviseRequest(usage).map(({ what, suggested }) => [what, suggested] as const);

describe("advice for the next request", () => {
  it("is none where what was asked for was used", () => {
    expect(advice(run())).toEqual([]);
  });

  it("is less memory, with a margin for what sampling missed", () => {
    expect(advice(run({ usedMemoryBytes: gibibyte, peakMemoryBytes: gibibyte }))).toEqual([["memory", 21 * 64 * 1024 ** 2]]);
  });

  it("leaves every node the memory of its biggest task", () => {
    const uneven = run({ usedMemoryBytes: 4 * gibibyte, peakMemoryBytes: 3.5 * gibibyte, allocatedMemoryBytes: 16 * gibibyte, requested: { timeLimitSeconds: 4000, memory: "4G", cpus: 4, nodes: 4 } });
    expect(advice(uneven)).toEqual([]);
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

  it("is by the biggest task of an array, and none for components that differ", () => {
    const tasks = [run({ usedMemoryBytes: 1e6, peakMemoryBytes: 1e6 }), run()].map((one, task) => ({ ...one, task }));
    expect(advice({ ...run(), tasks })).toEqual([]);
    expect(advice({ ...run(), components: tasks.map((one, component) => ({ ...one, component })) })).toEqual([]);
    expect(advice({ ...run(), tasks: [{ ...run({ state: "OUT_OF_MEMORY" }), task: 0 }, ...tasks] })).toEqual([["memory", 8 * gibibyte]]);
  });
});
