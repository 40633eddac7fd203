import { describe, expect, it } from "vitest";
import { usageOf, usageRecordings } from "./fixtures/usage-recordings.js";
import { buildUsage, type JobUsage } from "./job-usage.js";
import { liveUsageCommand, parseLiveRows, parseUsageRows, usageCommand } from "./usage-row.js";

describe.each(usageRecordings)("usage on Slurm $version", (cluster) => {
  const final = (job: string): JobUsage | undefined => buildUsage(parseUsageRows(usageOf(cluster, `${job}: sacct`).stdout), []);
  const live = (job: string): JobUsage | undefined =>
    buildUsage(parseUsageRows(usageOf(cluster, `${job}, live: sacct`).stdout), parseLiveRows(usageOf(cluster, `${job}, live: sstat`).stdout));

  it("was asked as it is asked now", () => {
    const id = cluster.jobs["burner"] ?? "";
    expect(usageOf(cluster, "burner: sacct").argv).toEqual(usageCommand([id]));
    expect(usageOf(cluster, "burner, live: sstat").argv).toEqual(liveUsageCommand([id]));
    const het = cluster.jobs["het"] ?? "";
    expect(usageOf(cluster, "het, live: sstat").argv).toEqual(liveUsageCommand([het, String(Number(het) + 1)]));
  });

  it("shows a job that computes, with its steps", () => {
    const usage = final("burner");
    expect(usage).toMatchObject({ state: "COMPLETED", requested: { cpus: 2, nodes: 1, timeLimitSeconds: 300, memory: "300M" }, allocatedMemoryBytes: 300 * 1024 ** 2 });
    expect(usage?.steps.map(({ step, ntasks }) => [step, ntasks])).toEqual([["batch", 1], ["0", 2]]);
    expect(usage?.cpuSeconds).toBeGreaterThan(2);
    expect(usage?.cpuEfficiency).toBeCloseTo((usage?.cpuSeconds ?? 0) / (usage?.allocatedCpuSeconds ?? 1));
    const step = usage?.steps[1];
    expect(step?.totalMemoryBytes).toBeGreaterThan(step?.peakTaskMemoryBytes ?? Infinity);
    expect(usage?.energyJoules).toBeUndefined();
    expect(usage?.gpuUtilizationPercent).toBeUndefined();
  });

  it("shows the memory of a job that takes it, and the idleness of one that does not", () => {
    expect(final("eater")?.peakMemoryBytes).toBeGreaterThan(100 * 1024 ** 2);
    expect(final("eater")?.memoryEfficiency).toBeGreaterThan(0.3);
    expect(final("idle")?.memoryEfficiency).toBeLessThan(0.1);
    expect(final("idle")?.cpuEfficiency).toBeLessThan(0.05);
    expect(final("memory")?.state).toBe("OUT_OF_MEMORY");
  });

  it("has the memory of steps that run from the nodes", () => {
    const usage = live("burner");
    expect(usage).toMatchObject({ state: "RUNNING" });
    expect(usage?.peakMemoryBytes).toBeGreaterThan(100_000);
    expect(parseUsageRows(usageOf(cluster, "burner, live: sacct").stdout).every(({ peakTaskMemoryBytes }) => peakTaskMemoryBytes === undefined)).toBe(true);
  });

  it("tells each task of an array its own, also of steps that run", () => {
    expect(final("array")).toMatchObject({ state: "FAILED", tasks: [{ task: 1, state: "COMPLETED" }, { task: 2, state: "FAILED" }, { task: 3, state: "FAILED" }] });
    const tasks = live("array")?.tasks ?? [];
    expect(tasks).toHaveLength(3);
    for (const task of tasks) expect(task.steps.find(({ step }) => step === "batch")?.peakTaskMemoryBytes).toBeGreaterThan(100_000);
    const allocated = final("array")?.tasks?.map(({ allocatedCpuSeconds = 0 }) => allocatedCpuSeconds) ?? [];
    expect(final("array")?.allocatedCpuSeconds).toBe(allocated.reduce((all, one) => all + one, 0));
  });

  it("adds what steps had at the same time, and nothing else", () => {
    const usage = final("sideBySide");
    const [batch = 0, first = 0, second = 0, third = 0] = usage?.steps.map(({ totalMemoryBytes }) => totalMemoryBytes ?? 0) ?? [];
    expect(third).toBeGreaterThan(0);
    expect(usage?.usedMemoryBytes).toBe(batch + first + second);
    expect(usage?.peakMemoryBytes).toBe(Math.max(first, second));
  });

  it("tells the newest run of a job that was queued again, and how often it was", () => {
    const usage = final("requeued");
    expect(usage).toMatchObject({ state: "COMPLETED", restarts: 1 });
    expect(usage?.steps.map(({ step, state }) => [step, state])).toEqual([["batch", "COMPLETED"], ["0", "COMPLETED"], ["1", "COMPLETED"]]);
    expect(final("burner")?.restarts).toBe(0);
  });

  it("has steps that run of each component", () => {
    const components = live("het")?.components ?? [];
    expect(components.map(({ steps }) => steps.find(({ step }) => step === "0")?.totalMemoryBytes ?? 0).every((bytes) => bytes > 100_000)).toBe(true);
    expect(components).toHaveLength(2);
  });

  it("knows nothing of what steps use that it may not see", () => {
    const usage = buildUsage(parseUsageRows(usageOf(cluster, "burner, live: sacct").stdout), []);
    expect(usage).toMatchObject({ state: "RUNNING", cpuSeconds: undefined, cpuEfficiency: undefined, usedMemoryBytes: undefined });
    const half = buildUsage(parseUsageRows(usageOf(cluster, "het, live: sacct").stdout), parseLiveRows(usageOf(cluster, "het, live: sstat").stdout).filter(({ ownId }) => ownId === cluster.jobs["het"]));
    expect(half?.components?.map(({ cpuSeconds }) => cpuSeconds !== undefined)).toEqual([true, false]);
    expect(half?.cpuEfficiency).toBeUndefined();
  });

  it("tells the components of a heterogeneous job apart", () => {
    const usage = final("het");
    expect(usage?.components?.map(({ component, allocatedMemoryBytes }) => [component, allocatedMemoryBytes])).toEqual([[0, 50 * 1024 ** 2], [1, 60 * 1024 ** 2]]);
  });

  it("does not take a job that never ran for one that used nothing", () => {
    for (const job of ["held", "heldArray"]) expect(final(job)).toMatchObject({ state: "PENDING", peakMemoryBytes: undefined, memoryEfficiency: undefined, cpuEfficiency: undefined });
    expect(final("heldArray")?.tasks).toHaveLength(10);
    expect(final("nobody")).toBeUndefined();
  });

  it("knows how many nodes there were", () => {
    expect(final("twoNodes")).toMatchObject({ requested: { nodes: 2 }, allocatedMemoryBytes: 140 * 1024 ** 2 });
    expect(final("twoNodes")?.steps.find(({ step }) => step === "0")).toMatchObject({ nodes: 2, ntasks: 2 });
  });
});

describe("rows of usage", () => {
  const row = (fields: Record<number, string>): string => `${Array.from({ length: 22 }, (_, index) => fields[index] ?? "").join("\x1f")}\n`;

  it("do not take a job whose start is not accounted for yet for one that asked for nothing", () => {
    const usage = buildUsage(parseUsageRows(row({ 0: "7", 1: "7", 2: "COMPLETED", 4: "3", 5: "00:00:00", 6: "0", 13: "0", 14: "0" })), []);
    expect(usage).toMatchObject({ elapsedSeconds: 3, cpuEfficiency: undefined, requested: { cpus: undefined, nodes: undefined, timeLimitSeconds: undefined, memory: undefined } });
  });

  it("read times of days, limits that are none, energy, and what GPUs did", () => {
    const printed = row({ 0: "7", 1: "7", 2: "CANCELLED by 1", 4: "90000", 5: "1-01:00:00", 11: "UNLIMITED", 15: "cpu=2,mem=4G", 18: "1234" }) + row({ 0: "7.0", 1: "7.0", 2: "FAILED", 9: "2048K", 16: "gres/gpumem=1G,gres/gpuutil=160,mem=3M", 21: "gres/gpuutil=80" });
    expect(buildUsage(parseUsageRows(printed), [])).toMatchObject({
      state: "CANCELLED", cpuSeconds: 90_000, energyJoules: 1234, gpuMemoryBytes: 1024 ** 3, gpuUtilizationPercent: 80, usedMemoryBytes: 3 * 1024 ** 2, requested: { timeLimitSeconds: Infinity },
    });
  });

  it("have energy as the controller sums it up: by the step that has all of it, where there is one", () => {
    const energy = (state: string, ...steps: readonly (readonly [string, string])[]): number | undefined =>
      buildUsage(parseUsageRows(row({ 0: "7", 1: "7", 2: state, 18: "50" }) + steps.map(([step, joules]) => row({ 0: `7.${step}`, 1: `7.${step}`, 2: "COMPLETED", 18: joules })).join("")), [])?.energyJoules;
    expect(energy("COMPLETED", ["batch", "300"])).toBe(50);
    expect(energy("RUNNING", ["batch", "300"], ["0", "200"])).toBe(500);
    expect(energy("RUNNING", ["batch", "300"], ["0", "200"], ["extern", "310"])).toBe(310);
  });

  it("tell a GPU that did nothing from one that nobody measured", () => {
    const busy = (average: string): number | undefined => buildUsage(parseUsageRows(row({ 0: "7", 1: "7", 2: "COMPLETED" }) + row({ 0: "7.0", 1: "7.0", 2: "COMPLETED", 21: average })), [])?.gpuUtilizationPercent;
    expect([busy("cpu=00:00:01,gres/gpuutil=0"), busy("cpu=00:00:01")]).toEqual([0, undefined]);
  });

  it("are of one job: what was submitted under its id long after is another", () => {
    const run = (submitted: string, ended: string, state: string): string => row({ 0: "7", 1: "7", 2: state, 3: submitted, 20: ended }) + row({ 0: "7.batch", 1: "7.batch", 2: state, 3: submitted, 20: ended });
    expect(buildUsage(parseUsageRows(run("100", "200", "NODE_FAIL") + run("230", "300", "PREEMPTED") + run("300", "400", "COMPLETED") + run("9000", "9100", "FAILED")), [])).toMatchObject({ state: "COMPLETED", restarts: 2, steps: [{ endedAtSeconds: 400 }] });
  });

  it("are read whole or not at all", () => {
    expect(() => parseUsageRows("7\x1f7\n")).toThrow("a row of 2 fields");
    expect(() => parseUsageRows(row({ 0: "x" }))).toThrow("without a job id");
    expect(parseLiveRows("sstat: nothing\n7.0|1\n")).toEqual([]);
  });
});
