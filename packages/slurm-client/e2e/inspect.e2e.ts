import { compose } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { testedSeries } from "../../../tools/e2e/clusters.js";
import type { Job, JobSpecInput } from "../src/index.js";
import { surroundings } from "./site-under-test.js";

describe.each(testedSeries)("what a cluster of Slurm %s says of itself", (series) => {
  const at = surroundings(series);
  const own = (name: string): string => `${at.site.prefix}-${name}`;
  const print = async (...argv: readonly string[]): Promise<string> => (await at.login.exec(argv, { check: true })).stdout.trim();

  it("is what it can do", async () => {
    const { capabilities, version, name } = at.slurm.cluster;
    expect(capabilities).toMatchObject({ controllerVersion: version, allowsScrontab: true, maxJobCount: 50_000, enforcePartLimits: "NO", jwt: true });
    expect(Math.abs(capabilities.clockOffsetSeconds ?? Infinity)).toBeLessThanOrEqual(2);
    const features = await at.slurm.inspect.features();
    expect(features).toMatchObject({ databaseReachable: true, scrontab: series !== "22.05", federation: undefined });
    expect(features.clusters).toContain(name);
    expect(features.mpiTypes).toContain("pmi2");
    expect(features.dataParsers.length > 0).toBe(series !== "22.05");
  });

  it("is its partitions and nodes, as sinfo shows them", async () => {
    const partitions = await at.slurm.inspect.partitions();
    expect(partitions.find(({ name }) => name === own("limited"))).toMatchObject({ maxNodes: 1, maxCpusPerNode: 16, access: { allowQos: ["normal"] }, nodes: "c[1-2]", maxTimeSeconds: 3600 });
    expect(partitions.find(({ name }) => name === own("closed"))?.access.allowAccounts).toEqual(["hydrology"]);
    const nodes = await at.slurm.inspect.nodes();
    expect(nodes.map(({ name }) => name).join("\n")).toBe(await print("sinfo", "--noheader", "--Node", "--partition=standard", "--format=%N"));
    for (const node of nodes) expect(node.partitions).toContain("standard");
    expect(await at.slurm.inspect.nodes({ partition: own("limited"), features: ["icelake"] })).toHaveLength(2);
  });

  it("is its limits, and what is used of them", async () => {
    const { inspect } = at.slurm;
    expect((await inspect.qos()).find(({ name }) => name === own("tight"))).toMatchObject({ deniesOnLimit: true, perJob: { maxTres: { cpu: 4, "gres/gpu": 1 }, maxTimeSeconds: 7200 } });
    expect((await inspect.associations()).find(({ account }) => account === own("acct"))).toMatchObject({ isDefaultAccount: false, qos: ["normal"], defaultQos: "normal", perJob: { maxTimeSeconds: 10_800 } });
    const job = await at.slurm.submit({ launch: compose(["sleep", "60"], []), account: own("acct"), cpusPerTask: 3, time: "10m", memory: "50M", output: "/dev/null", licenses: ["matlab:2"] });
    try {
      await print("sh", "-c", 'for try in 1 2 3 4 5 6 7 8 9 10; do squeue --noheader --jobs="$1" --format=%T | grep -q RUNNING && exit; sleep 0.5; done; exit 1', "sh", job.id);
      const usage = await inspect.limitUsage();
      expect(usage.associations.find(({ account, user }) => account === own("acct") && user === undefined)).toMatchObject({ tres: { cpu: { limit: 8, used: 3 } }, jobs: { limit: undefined, used: 1 } });
      const [budget] = (await inspect.budgets()).filter(({ account }) => account === own("acct"));
      expect(budget).toMatchObject({ resource: "cpu", limitMinutes: 600 });
      expect(budget?.runningMinutes).toBeGreaterThan(25);
      expect(budget?.remainingMinutes).toBeLessThanOrEqual(575);
      const matlab = (await inspect.licenses()).find(({ name }) => name === "matlab");
      expect(matlab).toMatchObject({ total: 10, remote: false });
      expect(matlab?.used).toBeGreaterThanOrEqual(2);
      expect((await inspect.diagnostics()).jobs.submitted).toBeGreaterThan(0);
    } finally {
      await job.cancel();
    }
  });

  it("is what its users have a share of, and when a job that waits would start", async () => {
    const { inspect } = at.slurm;
    expect((await inspect.fairShare()).find(({ account, user }) => account === own("acct") && user === "alice")).toMatchObject({ partition: undefined, depth: 2 });
    const begin = Math.floor(Date.now() / 1000) + 7200;
    // It waits for maintenance that its 22 hours would run into.
    const job = await at.slurm.submit({ launch: compose(["true"], []), time: "22h", nodes: 3, memory: "50M", output: "/dev/null" });
    try {
      await expect.poll(async () => (await inspect.priorities([job])).map(({ jobId, partition, user }) => [jobId, partition, user]), { timeout: 20_000 }).toEqual([[job.id, "standard", "alice"]]);
      await expect.poll(async () => (await inspect.startEstimates([job, "4294900"]))[0]?.startsAtSeconds ?? 0, { timeout: 30_000 }).toBeGreaterThan(begin);
      expect((await inspect.startEstimates([job, "4294900"])).map(({ jobId }) => jobId)).toEqual([job.id]);
    } finally {
      await job.cancel();
    }
    expect(await inspect.startEstimates(["4294900"])).toEqual([]);
    expect(await inspect.priorities(["4294900"])).toEqual([]);
  });

  it("is what decides about each task and component that waits, and nothing of what runs", async () => {
    const { inspect } = at.slurm;
    const parts = (rows: readonly { readonly jobId: string; readonly task: number | undefined; readonly component: number | undefined }[]): readonly string[] => rows.map(({ jobId, task, component }) => `${jobId} ${task ?? "-"} ${component ?? "-"}`).sort();
    const plain = { launch: compose(["sleep", "60"], []), memory: "50M", output: "/dev/null" } as const;
    const jobs: Job[] = [];
    const queue = async (spec: Partial<JobSpecInput>): Promise<Job> => {
      const job = await at.slurm.submit({ ...plain, time: "5m", ...spec });
      jobs.push(job);
      return job;
    };
    try {
      // In a partition that is down jobs wait, and are in nobody's way.
      const array = await queue({ partition: own("down"), array: "0-3" });
      const het = await queue({ partition: own("down"), components: [{ ntasks: 1 }, { ntasks: 2 }] });
      const dated = await queue({ begin: { in: "1h" } });
      const running = await queue({});
      await array.task(2).update({ nice: 7 });
      await array.task(3).hold();
      expect((await inspect.startEstimates([dated]))[0]?.startsAtSeconds).toBeGreaterThan(Date.now() / 1000);
      await dated.hold();
      const components = [`${het.id} - 0`, `${het.id} - 1`];
      await expect.poll(async () => parts(await inspect.priorities([array, het])), { timeout: 60_000, interval: 1000 }).toEqual([`${array.id} 0 -`, `${array.id} 1 -`, `${array.id} 2 -`, ...components]);
      for (const task of [1, 2]) expect(await inspect.priorities([array.task(task)])).toMatchObject([{ jobId: array.id, task, partition: own("down"), user: "alice", factors: { nice: task === 2 ? 7 : 0 } }]);
      expect(parts(await inspect.priorities())).toEqual(expect.arrayContaining([`${array.id} 2 -`, ...components]));
      await expect.poll(() => print("squeue", "--noheader", `--jobs=${running.id}`, "--format=%T"), { timeout: 60_000, interval: 1000 }).toBe("RUNNING");
      const estimates = await inspect.startEstimates([array, array.task(1), het, dated, running]);
      expect(parts(estimates)).toEqual([...[0, 1, 2, 3].map((task) => `${array.id} ${task} -`), ...components, `${dated.id} - -`]);
      expect(estimates.find(({ jobId }) => jobId === dated.id)).toMatchObject({ startsAtSeconds: undefined, reason: "JobHeldUser" });
    } finally {
      await at.slurm.jobs.cancel(jobs);
    }
  });

  it("is its reservations, of which maintenance is a window", async () => {
    const { inspect } = at.slurm;
    const reservations = await inspect.reservations();
    expect(reservations.find(({ name }) => name === own("team"))).toMatchObject({ isMaintenance: false, users: { only: ["alice"] }, nodes: ["c1"], active: false });
    const window = (await inspect.maintenanceWindows()).find(({ reservation }) => reservation === own("maint"));
    expect(window?.partitions).toContainEqual({ name: "standard", nodes: ["c3", "c4"], allNodes: false });
    expect((window?.endsAtSeconds ?? 0) - (window?.startsAtSeconds ?? 0)).toBe(3600);
  });

  it("is tried without queueing, and what is refused says so", async () => {
    const trial = await at.slurm.inspect.tryStart({ launch: compose(["true"], []), time: "5m", memory: "50M" });
    expect(trial).toMatchObject({ kind: "starts", partition: "standard" });
    const ofAll = await at.slurm.inspect.tryStart({ launch: compose(["true"], []), time: "5m", memory: "50M", components: [{ ntasks: 2 }, { ntasks: 3, partition: "dev" }] });
    expect(ofAll).toMatchObject({ kind: "starts", partition: undefined, cpus: 5, nodes: expect.stringMatching(/^c/) as string });
    expect(await at.slurm.inspect.tryStart({ launch: compose(["true"], []), partition: "nowhere" })).toEqual({ kind: "refused", message: "Invalid partition name specified" });
  });
});
