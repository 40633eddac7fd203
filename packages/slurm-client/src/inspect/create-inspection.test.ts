import { OptionsError } from "@hpckit/core";
import { scriptedTransport, type ScriptedCall, type ScriptedReply, type ScriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { SlurmCommandError } from "../error/slurm-error.js";
import { allClusterRecordings, type ClusterRecordings } from "../fixtures/cluster-recordings.js";
import { scriptedContext } from "../fixtures/scripted-slurm.js";
import type { ClusterInspection } from "./cluster-inspection.js";
import { createInspection } from "./create-inspection.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };

/** Answers each command as it was recorded, by its program and what it asks about. */
const replay = ({ recordings }: ClusterRecordings) => ({ argv }: ScriptedCall): ScriptedReply => {
  const key = (words: readonly string[]): string => words.filter((word) => !/^(?:(?:name|cluster|users?|-+users?|-+jobs)=|--format)/.test(word)).join(" ");
  const asked = argv.slice(argv.indexOf("hpckit") + 1);
  const found = recordings.find((each) => key(each.argv) === key(asked));
  if (found === undefined) throw new Error(`nothing was recorded of ${asked.join(" ")}`);
  return found;
};

const inspect = (transport: ScriptedTransport): ClusterInspection =>
  createInspection(scriptedContext({ ...transport, target: { ...transport.target, user: "alice" } }));

describe.each(allClusterRecordings)("a cluster of Slurm $version", (cluster) => {
  it("is inspected with one call each", async () => {
    const transport = scriptedTransport(replay(cluster));
    const inspection = inspect(transport);
    expect(await inspection.partitions()).toHaveLength(6);
    expect(await inspection.nodes()).toHaveLength(4);
    expect(await inspection.reservations()).not.toHaveLength(0);
    expect(await inspection.qos()).toHaveLength(6);
    expect(await inspection.associations()).toHaveLength(2);
    expect((await inspection.limitUsage()).associations).not.toHaveLength(0);
    expect(await inspection.budgets()).toHaveLength(2);
    expect(await inspection.fairShare()).not.toHaveLength(0);
    expect(await inspection.licenses()).toHaveLength(2);
    expect((await inspection.diagnostics()).jobs.running).toBe(1);
    expect(transport.calls).toHaveLength(10);
    expect((await inspection.maintenanceWindows()).map(({ reservation }) => reservation)).toEqual(["maint1"]);
  });

  it("gives the nodes that are asked for", async () => {
    const inspection = inspect(scriptedTransport(replay(cluster)));
    const names = async (filter: object): Promise<readonly string[]> => (await inspection.nodes(filter)).map(({ name }) => name);
    expect(await names({ takesJobs: true })).toEqual(["c1", "c2", "c3"]);
    expect(await names({ flags: ["DRAIN"] })).toEqual(["c4"]);
    expect(await names({ features: ["icelake"], states: ["IDLE"] })).toEqual(["c2"]);
    expect(await names({ partition: "limited", names: ["c3", "c4"] })).toEqual(["c3"]);
    expect(await names({ gres: "fpga" })).toEqual([]);
    await expect(inspection.nodes({ partition: "limitde" })).rejects.toThrow('partition: partition "limitde": unknown; did you mean "limited"?');
  });
});

describe("an inspection", () => {
  it("asks of thousands of jobs as often as it takes, and hands the signal on", async () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => String(4_000_000_000 + index));
    const transport = scriptedTransport(() => ({}));
    const inspection = inspect(transport);
    expect(await inspection.priorities(ids)).toEqual([]);
    expect(await inspection.startEstimates(ids)).toEqual([]);
    expect(transport.calls).toHaveLength(8);
    expect(Math.max(...transport.calls.map(({ argv }) => argv.join(" ").length))).toBeLessThan(100_000);
    const { signal } = new AbortController();
    await expect(inspection.nodes({}, { signal })).rejects.toThrow("no node");
    expect(transport.calls.at(-1)?.options.signal).toBe(signal);
  });

  it("refuses a filter that is wrong, before anything is asked", async () => {
    const transport = scriptedTransport(() => ({}));
    const inspection = inspect(transport);
    await expect(inspection.nodes({ state: "IDLE" } as object)).rejects.toThrow('did you mean "states"?');
    await expect(inspection.nodes({ states: ["idle"] } as object)).rejects.toThrow(OptionsError);
    await expect(inspection.nodes({ signal: new AbortController().signal } as object)).rejects.toThrow(OptionsError);
    await expect(inspection.priorities(["1,2"])).rejects.toThrow(OptionsError);
    await expect(inspection.qos({ timeoutMs: 1 } as object)).rejects.toThrow("inspect.qos: timeoutMs: unknown option");
    await expect(inspection.tryStart({ launch, nodes: 0 })).rejects.toThrow(OptionsError);
    expect(await inspection.startEstimates([])).toEqual([]);
    expect(transport.calls).toHaveLength(0);
  });

  it("throws what the program said that failed, and takes no silence for an answer", async () => {
    const failing = inspect(scriptedTransport(() => ({ exitCode: 1, stderr: "sacctmgr: error: Problem talking to the database: Connection refused\n" })));
    await expect(failing.qos()).rejects.toThrow(SlurmCommandError);
    await expect(failing.qos()).rejects.toThrow("Problem talking to the database");
    const silent = inspect(scriptedTransport(() => ({})));
    await expect(silent.nodes()).rejects.toThrow("no node");
    await expect(silent.reservations()).rejects.toThrow("neither");
    await expect(silent.diagnostics()).rejects.toThrow("no time");
  });

  it("tries a start without the command, and queues nothing", async () => {
    const transport = scriptedTransport(() => ({ stderr: "sbatch: Job 38 to start at 1795308370 a using 1 processors on nodes c1 in partition standard\n" }));
    expect(await inspect(transport).tryStart({ launch, nodes: 1, time: "5m" })).toMatchObject({ kind: "starts", startsAtSeconds: 1_795_308_370, nodes: "c1" });
    const argv = transport.calls[0]?.argv ?? [];
    expect(argv).toEqual(expect.arrayContaining(["sbatch", "--test-only", "--nodes=1"]));
    expect(argv).not.toContain("--parsable");
  });
});
