import { describe, expect, it } from "vitest";
import { usageOf, wholeRecordings } from "./fixtures/usage-recordings.js";
import { buildUsage, type JobUsage } from "./job-usage.js";
import { liveUsageCommand, parseLiveRows, parseUsageRows, usageCommand } from "./usage-row.js";
import { wholeUsage } from "./whole-usage.js";

const mebibyte = 1024 ** 2;
type Figure = "elapsedSeconds" | "cpuSeconds" | "allocatedCpuSeconds" | "usedMemoryBytes" | "allocatedMemoryBytes" | "peakMemoryBytes" | "memoryEfficiency" | "readBytes";

describe.each(wholeRecordings)("usage of a whole on Slurm $version", (cluster) => {
  const final = (job: string): JobUsage | undefined => buildUsage(parseUsageRows(usageOf(cluster, `${job}: sacct`).stdout), []);
  /** @param seen - the own id of the only part whose steps are seen. */
  const live = (job: string, seen?: string): JobUsage | undefined =>
    buildUsage(parseUsageRows(usageOf(cluster, `${job}, live: sacct`).stdout), parseLiveRows(usageOf(cluster, `${job}, live: sstat`).stdout).filter(({ ownId }) => seen === undefined || ownId === seen));
  const ofParts = (usage: JobUsage | undefined, figure: Figure): readonly number[] => (usage?.tasks ?? usage?.components ?? []).map((one) => one[figure] ?? NaN);
  const total = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

  it("was asked as it is asked now", () => {
    expect(usageOf(cluster, "differing: sacct").argv).toEqual(usageCommand([cluster.jobs["differing"] ?? ""]));
    expect(usageOf(cluster, "differing, live: sstat").argv).toEqual(liveUsageCommand([cluster.jobs["differing"] ?? ""]));
  });

  it.each(["differing", "uneven"])("sums up what was used and what was given, of the same parts (%s), while they run and afterwards", (job) => {
    for (const usage of [live(job), final(job)]) {
      for (const figure of ["cpuSeconds", "allocatedCpuSeconds", "usedMemoryBytes", "allocatedMemoryBytes", "readBytes"] as const) expect(usage?.[figure]).toBe(total(ofParts(usage, figure)));
      expect(usage?.cpuEfficiency).toBe(total(ofParts(usage, "cpuSeconds")) / total(ofParts(usage, "allocatedCpuSeconds")));
      expect(usage?.memoryEfficiency).toBe(total(ofParts(usage, "usedMemoryBytes")) / total(ofParts(usage, "allocatedMemoryBytes")));
      expect(usage?.memoryEfficiency).toBeLessThan(Math.max(...ofParts(usage, "memoryEfficiency")));
      expect(usage?.peakMemoryBytes).toBe(Math.max(...ofParts(usage, "peakMemoryBytes")));
    }
  });

  it("says what was asked for only where each part asked for the same", () => {
    expect(final("differing")?.requested).toEqual({ timeLimitSeconds: 300, memory: "100M", cpus: 1, nodes: 1 });
    const uneven = final("uneven");
    expect(uneven?.requested).toEqual({ timeLimitSeconds: undefined, memory: undefined, cpus: undefined, nodes: 1 });
    expect(uneven?.components?.map(({ requested }) => requested)).toEqual([{ timeLimitSeconds: 300, memory: "50M", cpus: 1, nodes: 1 }, { timeLimitSeconds: 360, memory: "120M", cpus: 2, nodes: 1 }]);
    expect(uneven?.allocatedMemoryBytes).toBe(170 * mebibyte);
  });

  it("goes from the start of the first part to the end of the last, or to now", () => {
    const [running, ended] = [live("throttled"), final("throttled")];
    expect(running?.state).toBe("RUNNING");
    expect(Math.max(...ofParts(ended, "elapsedSeconds"))).toBeLessThan(6);
    expect(ended?.elapsedSeconds).toBe(13);
    expect([11, 12]).toContain(running?.elapsedSeconds);
    expect(ended?.allocatedCpuSeconds).toBe(total(ofParts(ended, "elapsedSeconds")));
  });

  it("is not known where a part that runs cannot be seen", () => {
    const half = live("uneven", cluster.jobs["uneven"]);
    expect(half).toMatchObject({ cpuSeconds: undefined, cpuEfficiency: undefined, usedMemoryBytes: undefined, memoryEfficiency: undefined, allocatedMemoryBytes: 170 * mebibyte });
    expect(half?.peakMemoryBytes).toBe(half?.components?.[0]?.peakMemoryBytes);
  });
});

describe("a whole", () => {
  /** One task, as sacct 24.11.5 prints it. */
  const task = (index: number, state: string, fields: Readonly<Record<number, string>>): string =>
    `${Array.from({ length: 22 }, (_, at) => ({ 0: `7_${index}`, 1: String(7 + index), 2: state, 3: "100", 11: "5", 12: "60M", 13: "1", 14: "1", ...fields })[at] ?? "").join("\x1f")}\n`;
  const ended = task(1, "COMPLETED", { 4: "10", 5: "00:05.000", 6: "10", 15: "cpu=1,mem=60M", 19: "100", 20: "110" });
  const whole = (...tasks: readonly string[]): JobUsage | undefined => buildUsage(parseUsageRows(tasks.join("")), []);

  it("leaves out of its sums the tasks that never began", () => {
    const cancelled = task(2, "CANCELLED by 2001", { 4: "0", 5: "00:00:00", 6: "0", 19: "900", 20: "900" });
    const waiting = task(3, "PENDING", { 4: "0", 5: "00:00:00", 6: "0", 19: "Unknown", 20: "Unknown" });
    expect(whole(ended, cancelled)).toMatchObject({ state: "CANCELLED", elapsedSeconds: 10, cpuSeconds: 5, cpuEfficiency: 0.5, allocatedMemoryBytes: 60 * mebibyte });
    expect(whole(ended, cancelled, waiting)).toMatchObject({ state: "PENDING", elapsedSeconds: 10, cpuEfficiency: 0.5 });
    expect(whole(waiting)).toMatchObject({ state: "PENDING", elapsedSeconds: 0, cpuSeconds: undefined, allocatedMemoryBytes: undefined });
  });

  it("runs as long as one of its tasks does, whichever else wait", () => {
    const waiting = task(2, "PENDING", { 4: "0", 19: "Unknown", 20: "Unknown" });
    expect(whole(ended, waiting, task(3, "RUNNING", { 4: "7", 15: "cpu=1", 19: "110", 20: "Unknown" }))).toMatchObject({ state: "RUNNING", elapsedSeconds: 17 });
  });

  it("counts a task that ended within a second, and has no time while a start is not known", () => {
    const short = task(2, "FAILED", { 4: "0", 5: "00:00.004", 6: "0", 15: "cpu=1,mem=60M", 19: "120", 20: "120" });
    expect(whole(ended, short)).toMatchObject({ elapsedSeconds: 20, allocatedMemoryBytes: 120 * mebibyte });
    expect(whole(ended, task(2, "COMPLETED", { 4: "3", 5: "00:00.004", 6: "3", 20: "120" }))?.elapsedSeconds).toBeUndefined();
  });

  it("can have more tasks than a call may have arguments", () => {
    const [row] = parseUsageRows(ended);
    const usage = whole(ended)?.tasks?.[0];
    const parts = row && usage ? Array.from({ length: 130_000 }, () => ({ row, usage })) : [];
    expect(wholeUsage(parts)).toMatchObject({ allocatedCpuSeconds: 1_300_000, restarts: 0 });
  });
});
