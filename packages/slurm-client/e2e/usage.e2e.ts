import { compose, sh, type Transport } from "@hpckit/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import { signIn } from "../../../tools/e2e/sign-in.js";
import { adviseRequest, connectSlurm, type Job, type JobUsage, type Slurm } from "../src/index.js";

const mebibyte = 1024 ** 2;
const total = (values: readonly (number | undefined)[]): number => values.reduce<number>((all, one) => all + (one ?? NaN), 0);

describe.each(testedSeries)("usage of a whole on Slurm %s", (series) => {
  let login: Transport;
  let slurm: Slurm;
  let folder: string;

  beforeAll(async () => {
    login = await signIn(series);
    slurm = await connectSlurm(login, { pollIntervalMs: 1000 });
    folder = (await login.exec(["sh", "-c", 'mktemp -d "$HOME/usage-XXXXXX"'], { check: true })).stdout.trim();
  });
  afterAll(async () => {
    await login.remove(folder, { recursive: true });
    await login[Symbol.asyncDispose]();
  });

  /** Asked again until it says what is waited for: steps are sampled, and accounting may hear of an end before it has heard of the start. */
  async function usageWhen(job: Job, isSaid: (usage: JobUsage) => boolean): Promise<JobUsage> {
    let usage: JobUsage | undefined;
    await expect.poll(async () => (usage = await job.usage()) !== undefined && isSaid(usage), { timeout: 60_000, interval: 1000 }).toBe(true);
    if (usage === undefined) throw new Error("there is no usage");
    return usage;
  }

  function expectSums(usage: JobUsage): void {
    const parts = usage.tasks ?? usage.components ?? [];
    expect(parts).toHaveLength(2);
    for (const figure of ["cpuSeconds", "allocatedCpuSeconds", "usedMemoryBytes", "allocatedMemoryBytes"] as const) expect(usage[figure]).toBe(total(parts.map((part) => part[figure])));
    expect(usage.cpuEfficiency).toBe((usage.cpuSeconds ?? NaN) / (usage.allocatedCpuSeconds ?? NaN));
    expect(usage.memoryEfficiency).toBe((usage.usedMemoryBytes ?? NaN) / (usage.allocatedMemoryBytes ?? NaN));
    expect(usage.peakMemoryBytes).toBe(Math.max(...parts.map(({ peakMemoryBytes = NaN }) => peakMemoryBytes)));
  }

  it("is of an array the sum of a task that computes and of one that sleeps after it", async () => {
    const script = sh`[ "$SLURM_ARRAY_TASK_ID" = 1 ] || exec sleep 10; timeout 10 sh -c 'while :; do :; done'; exit 0`;
    const job = await slurm.submit({ workFolder: folder, time: "5m", memory: "60M", array: { tasks: "1-2", atOnce: 1 }, launch: compose(["sh", "-c", script.shell]) });
    const running = await usageWhen(job, ({ cpuSeconds = 0 }) => cpuSeconds > 1);
    expect(running).toMatchObject({ state: "RUNNING", allocatedMemoryBytes: 60 * mebibyte });
    await job.done();
    const usage = await usageWhen(job, ({ state, requested, usedMemoryBytes }) => state === "COMPLETED" && requested.cpus !== undefined && usedMemoryBytes !== undefined);
    expectSums(usage);
    expect(usage).toMatchObject({ allocatedMemoryBytes: 120 * mebibyte, requested: { timeLimitSeconds: 300, memory: "60M", cpus: 1, nodes: 1 } });
    const [computing = NaN, sleeping = NaN] = usage.tasks?.map(({ cpuEfficiency }) => cpuEfficiency) ?? [];
    expect([computing > 0.2, sleeping < 0.1]).toEqual([true, true]);
    expect(usage.elapsedSeconds).toBeGreaterThanOrEqual(total(usage.tasks?.map(({ elapsedSeconds }) => elapsedSeconds) ?? []));
    expect(adviseRequest(usage)).toEqual([]);
  });

  it("is of a heterogeneous job the sum of components that ask for different things", async () => {
    const script = sh`srun --het-group=0 sleep 15 & srun --het-group=1 sleep 15 & wait`;
    const job = await slurm.submit({ workFolder: folder, time: "5m", launch: compose(["sh", "-c", script.shell]), components: [{ ntasks: 1, memory: "50M" }, { ntasks: 2, memory: "90M" }] });
    const areSeen = ({ components = [] }: JobUsage): boolean => components.length === 2 && components.every(({ steps, elapsedSeconds = 0 }) => elapsedSeconds > 0 && steps.some(({ step, totalMemoryBytes }) => /^\d$/.test(step) && totalMemoryBytes !== undefined));
    const differing = { timeLimitSeconds: 300, memory: undefined, cpus: undefined, nodes: 1 };
    const running = await usageWhen(job, areSeen);
    expectSums(running);
    expect(running).toMatchObject({ state: "RUNNING", allocatedMemoryBytes: 140 * mebibyte, requested: differing });
    await job.done();
    const usage = await usageWhen(job, (seen) => seen.state === "COMPLETED" && areSeen(seen));
    expectSums(usage);
    expect(usage).toMatchObject({ requested: differing, components: [{ requested: { memory: "50M", cpus: 1 } }, { requested: { memory: "90M", cpus: 2 } }] });
    expect(usage.elapsedSeconds).toBe(Math.max(...(usage.components?.map(({ elapsedSeconds = NaN }) => elapsedSeconds) ?? [])));
  });
});
