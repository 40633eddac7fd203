import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Series } from "../cluster/src/index.js";
import { testCluster, testedSeries } from "./clusters.js";
import { startQuickstart, type Recipient, type StartedQuickstart } from "./started-quickstart.js";

/** One without Apptainer is through to its job sooner. */
const series = (["24.11", "22.05"] as const).find((each) => testedSeries.includes(each)) ?? "newest";
const moments = {
  "the cluster starts": "MariaDB …",
  "the image is being built": "Creating SIF file",
  "the job runs": "RUNNING",
} as const;

/** The quickstart ends by itself, says why, and nothing of it is left. */
async function expectCleanEnd(quickstart: StartedQuickstart, status: number): Promise<void> {
  expect({ status: await quickstart.end, printed: quickstart.printed() }).toEqual({ status, printed: expect.stringContaining("Interrupted. No process of the cluster is left.") as string });
  expect(await quickstart.leftovers()).toEqual([]);
  // Stack traces are for faults.
  expect(quickstart.printed()).not.toMatch(/^ +at /m);
}

type Case = readonly [signal: NodeJS.Signals, to: Recipient, moment: keyof typeof moments, slurm: Series, status: number];
const cases: readonly Case[] = [
  ["SIGINT", "group", "the cluster starts", series, 130],
  ["SIGINT", "npm", "the cluster starts", series, 130],
  ["SIGINT", "group", "the image is being built", "newest", 130],
  ["SIGTERM", "npm", "the image is being built", "newest", 143],
  ["SIGINT", "group", "the job runs", series, 130],
  ["SIGINT", "npm", "the job runs", series, 130],
  ["SIGTERM", "npm", "the job runs", series, 143],
];

describe("the quickstart, interrupted", () => {
  it.each(cases.filter(([, , , slurm]) => testedSeries.includes(slurm)))("by %s to %s while %s on %s ends with nothing left behind", async (signal, recipient, moment, slurm, status) => {
    await using quickstart = await startQuickstart({ series: slurm });
    await quickstart.hasPrinted(moments[moment]);
    quickstart.send(signal, recipient);
    await expectCleanEnd(quickstart, status);
    if (moment === "the job runs") expect(quickstart.printed()).toMatch(/cancelled after \d+ s/);
  });

  it("by one Ctrl-C after the other tidies up all the same", async () => {
    await using quickstart = await startQuickstart({ series });
    await quickstart.hasPrinted(moments["the job runs"]);
    for (let press = 0; press < 5; press += 1) {
      quickstart.send("SIGINT", "group");
      await sleep(150);
    }
    await expectCleanEnd(quickstart, 130);
    expect(quickstart.printed()).toMatch(/cancelled after \d+ s/);
  });

  it("cancels its job on a cluster that was up before, removes the scratch folder, and leaves that cluster up", async () => {
    const cluster = await testCluster(series);
    await using quickstart = await startQuickstart({ series, cluster: cluster.name });
    await quickstart.hasPrinted(moments["the job runs"]);
    quickstart.send("SIGINT", "group");
    expect(await quickstart.end).toBe(130);
    expect(await quickstart.leftovers()).toEqual([]);
    const ask = async (...argv: string[]): Promise<string> => (await testCluster(series)).exec(argv, { as: "alice" }).then(({ stdout }) => stdout.trim());
    expect(await ask("squeue", "--noheader", "--name=daily-processing", "--states=pending,running,completing")).toBe("");
    expect(await ask("sh", "-c", "sacct --noheader --allocations --name=daily-processing --format=state%30 | tail -n 1")).toMatch(/^CANCELLED by 2001/);
    expect(await ask("ls", "/shared/scratch")).not.toContain("daily-processing");
  });

  it("ends with its cluster even where it is killed", async () => {
    await using quickstart = await startQuickstart({ series });
    await quickstart.hasPrinted(moments["the job runs"]);
    quickstart.send("SIGKILL", "group");
    await quickstart.end;
    await expect.poll(quickstart.leftovers, { timeout: 20_000 }).toEqual([]);
  });

  it("leaves no half-built root", async () => {
    const cache = await mkdtemp(join(tmpdir(), "cache-"));
    try {
      await using quickstart = await startQuickstart({ series, environment: { HPCKIT_CACHE: cache } });
      await quickstart.hasPrinted("building the root");
      await expect.poll(() => readdir(join(cache, "roots")), { timeout: 60_000 }).toContainEqual(expect.stringMatching(/\.part$/));
      quickstart.send("SIGINT", "group");
      await expectCleanEnd(quickstart, 130);
      expect((await readdir(join(cache, "roots"))).filter((name) => !name.endsWith(".lock"))).toEqual([]);
    } finally {
      await rm(cache, { recursive: true });
    }
  });
});
