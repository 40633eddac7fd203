import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import { usageOf, wholeRecordings } from "./fixtures/usage-recordings.js";
import { queryUsage } from "./query-usage.js";
import { parseUsageRows } from "./usage-row.js";

describe.each(wholeRecordings)("the steps of tasks that run on Slurm $version", (cluster) => {
  const array = cluster.jobs["differing"] ?? "";
  /** @param knows - whether sstat finds tasks by the id of their array. */
  async function steps(knows: boolean): Promise<{ readonly seen: readonly string[]; readonly asked: readonly (string | undefined)[] }> {
    const asked: (string | undefined)[] = [];
    const transport = scriptedTransport(({ argv }) => {
      if (argv.includes("sacct")) return usageOf(cluster, "differing, live: sacct");
      const ids = argv.at(-1)?.replace("--jobs=", "").split(",") ?? [];
      asked.push(argv.at(-1));
      const { stdout } = usageOf(cluster, "differing, live: sstat");
      return { stdout: stdout.split("\n").filter((line) => (knows && ids.includes(array)) || ids.some((id) => id !== array && line.startsWith(`${id}.`))).join("\n") };
    });
    const { live } = await queryUsage(scriptedContext(transport), [array], { running: [array] });
    return { seen: live.map(({ ownId, step }) => `${ownId}.${step}`), asked };
  }
  /** The own id of the task that has not that of the array. */
  const other = parseUsageRows(usageOf(cluster, "differing, live: sacct").stdout).find(({ ownId }) => ownId !== array)?.ownId ?? "";

  it("are unknown where the second question fails, and the rest is told", async () => {
    const transport = scriptedTransport(({ argv }) => {
      if (argv.includes("sacct")) return usageOf(cluster, "differing, live: sacct");
      if (argv.at(-1) === `--jobs=${array}`) return { exitCode: 1 };
      throw new Error("too slow");
    });
    const { live, accounting } = await queryUsage(scriptedContext(transport), [array], { running: [array] });
    expect(live).toEqual([]);
    expect(accounting.map(({ ownId }) => ownId)).toContain(other);
  });

  it("are asked for once where the id of the array is enough", async () => {
    expect(await steps(true)).toEqual({ seen: [`${other}.batch`, `${array}.batch`], asked: [`--jobs=${array}`] });
  });

  it("are asked for by ids of their own where that finds none", async () => {
    expect(await steps(false)).toEqual({ seen: [`${other}.batch`], asked: [`--jobs=${array}`, `--jobs=${other}`] });
  });
});
