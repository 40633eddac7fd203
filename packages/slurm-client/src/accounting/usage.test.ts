import { describe, expect, it } from "vitest";
import { allRecordings, recorded } from "../fixtures/recordings.js";
import { liveUsageCommand, parseLivePeakMemory, parseUsage, usageCommand } from "./usage.js";

describe.each(allRecordings)("usage on Slurm $version", (cluster) => {
  const usage = (name: string): ReturnType<typeof parseUsage> => parseUsage(recorded(cluster, `sacct of the usage of ${name}`).stdout);

  it("was asked as it is asked now", () => {
    expect(recorded(cluster, "sacct of the usage of running").argv).toEqual(usageCommand(cluster.jobs["running"] ?? ""));
    expect(recorded(cluster, "sstat of a job that runs").argv).toEqual(liveUsageCommand(cluster.jobs["running"] ?? ""));
  });

  it("takes memory from the steps, and all else from the allocation", () => {
    const completed = usage("completed");
    expect(completed).toMatchObject({ requested: { timeLimitSeconds: 600, memory: "50M", cpus: 1, nodes: 1 } });
    expect(completed?.peakMemoryBytes).toBeGreaterThan(100_000);
    expect(completed?.elapsedSeconds).toBeGreaterThanOrEqual(2);
    expect(completed?.cpuSeconds).toBeLessThan(2);
    expect(usage("twoNodes")).toMatchObject({ requested: { cpus: 4, nodes: 2 } });
  });

  it("does not take a job that was never sampled for one that used nothing", () => {
    expect(usage("held")).toMatchObject({ elapsedSeconds: 0, peakMemoryBytes: undefined });
    expect(usage("nobody")).toBeUndefined();
  });

  it("has the memory of a job that runs from sstat", () => {
    const live = recorded(cluster, "sstat of a job that runs");
    expect(live.exitCode).toBe(0);
    expect(parseLivePeakMemory(live.stdout)).toBeGreaterThan(100_000);
    expect(parseLivePeakMemory(recorded(cluster, "sstat of a job that waits").stdout)).toBeUndefined();
  });
});

describe("parseUsage", () => {
  const row = (...fields: string[]): string => `${fields.join("\x1f")}\n`;

  it("does not take a job whose start is not accounted for yet for one that asked for nothing", () => {
    expect(parseUsage(row("7", "3", "00:00:00", "0", "", "", "", "0", "0"))).toMatchObject({ elapsedSeconds: 3, requested: { cpus: undefined, nodes: undefined, timeLimitSeconds: undefined, memory: undefined } });
  });

  it("reads times of days, limits that are none, and memory with and without a unit", () => {
    const printed = row("7", "90000", "1-01:00:00", "180000", "", "UNLIMITED", "4Gc", "2", "1") + row("7.batch", "1", "00:01.500", "2", "2048K", "", "", "", "") + row("7.0", "1", "00:01", "2", "1000", "", "", "", "");
    expect(parseUsage(printed)).toEqual({
      elapsedSeconds: 90_000,
      cpuSeconds: 90_000,
      allocatedCpuSeconds: 180_000,
      peakMemoryBytes: 2_097_152,
      requested: { timeLimitSeconds: Infinity, memory: "4Gc", cpus: 2, nodes: 1 },
    });
    expect(parseUsage(row("7", "x", "", "", "0", "Partition_Limit", "", "", ""))).toMatchObject({ elapsedSeconds: undefined, cpuSeconds: undefined, peakMemoryBytes: undefined, requested: { timeLimitSeconds: undefined } });
  });
});
