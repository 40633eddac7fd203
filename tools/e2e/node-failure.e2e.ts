import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import type { Cluster } from "../cluster/src/index.js";
import { testCluster, testedSeries } from "./clusters.js";

const submit = ["sbatch", "--parsable", "--nodelist=c4", "--no-requeue", "--output=/dev/null", "--wrap=sleep 300"];

describe.each(testedSeries)("a node of a cluster of Slurm %s", (series) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await testCluster(series);
  });
  const stateOf = async (node: string): Promise<string> => (await cluster.exec(["sinfo", "-h", "-N", "-p", "standard", "-n", node, "-o", "%t"])).stdout.trim();
  const states = async (job: string): Promise<string> => (await cluster.exec(["scontrol", "-o", "show", "job", job])).stdout;

  it("stays down from its death to its restoration, also when it answered the controller just before", async () => {
    const job = (await cluster.exec(submit, { as: "alice" })).stdout.trim();
    await expect.poll(() => states(job), { timeout: 30_000, interval: 50 }).toContain("JobState=RUNNING");
    await cluster.killNode("c4");
    try {
      for (let second = 0; second < 5; second += 1) {
        expect(await stateOf("c4")).toMatch(/^down/);
        await sleep(1000);
      }
      expect(await states(job)).toContain("JobState=NODE_FAIL");
    } finally {
      await cluster.restoreNode("c4");
    }
    expect(await stateOf("c4")).toBe("idle");
  });

  it("runs jobs as soon as it is restored, and may be restored twice", async () => {
    await cluster.killNode("c3");
    await cluster.restoreNode("c3");
    await cluster.restoreNode("c3");
    const { exitCode, stdout } = await cluster.exec(["srun", "--nodelist=c3", "printenv", "SLURMD_NODENAME"], { as: "alice" });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "c3\n" });
  });

  it("outlives a task that takes too much memory, also when its starter is who the kernel ends first", async () => {
    const score = "/proc/self/oom_score_adj";
    const before = await readFile(score, "utf8");
    await cluster.killNode("c2");
    await writeFile(score, "1000");
    try {
      await cluster.restoreNode("c2");
    } finally {
      await writeFile(score, before);
    }
    const wasteful = ["sbatch", "--parsable", "--nodelist=c2", "--mem=30M", "--output=/dev/null", "--wrap=head -c 200m /dev/zero | tail > /dev/null"];
    const job = (await cluster.exec(wasteful, { as: "alice" })).stdout.trim();
    await expect.poll(() => states(job), { timeout: 30_000 }).toContain("JobState=OUT_OF_MEMORY");
  });
});
