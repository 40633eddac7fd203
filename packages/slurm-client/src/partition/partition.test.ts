import { describe, expect, it } from "vitest";
import { allClusterRecordings, answerRecorded } from "../fixtures/cluster-recordings.js";
import { recorded } from "../fixtures/recordings.js";
import { admitsGroups, parsePartitions, partitionsQuestion } from "./partition.js";

describe.each(allClusterRecordings)("partitions of Slurm $version", (cluster) => {
  const partitions = new Map(answerRecorded(cluster, "partitions", partitionsQuestion).map((each) => [each.name, each]));

  it("have limits, and what jobs get that ask for nothing", () => {
    expect(partitions.get("standard")).toMatchObject({ isDefault: true, state: "UP", maxTimeSeconds: 86_400, defaultTimeSeconds: 3600, maxNodes: Infinity, nodes: "c[1-4]", totalNodes: 4, totalCpus: 256, tres: { "gres/gpu": 16 }, preemptMode: "OFF", priorityTier: 10, qos: undefined });
    expect(partitions.get("limited")).toMatchObject({ maxNodes: 2, minNodes: 1, maxTimeSeconds: Infinity, defaultTimeSeconds: undefined, maxCpusPerNode: 16, maxMemoryPerNodeBytes: 2 * 1024 ** 3, maxMemoryPerCpuBytes: Infinity, qos: "express", overTimeLimitSeconds: undefined });
  });

  it("say who may use them", () => {
    expect(partitions.get("standard")?.access).toEqual({ allowAccounts: undefined, denyAccounts: undefined, allowQos: undefined, denyQos: undefined, allowGroups: undefined, reservationOnly: false, rootOnly: false });
    expect(partitions.get("closed")?.access.allowAccounts).toEqual(["hydrology"]);
    expect(partitions.get("downpart")).toMatchObject({ state: "DOWN", access: { allowAccounts: undefined, denyAccounts: ["foo"] } });
    expect(partitions.get("limited")?.access).toMatchObject({ allowGroups: ["research"], allowQos: ["normal", "express"] });
  });

  it("were asked for with those that are hidden or closed, as they are asked for now", () => {
    expect(recorded(cluster, "partitions").argv).toEqual(partitionsQuestion.argv);
    expect([...partitions.values()].map(({ hidden }) => hidden)).toEqual([false, false, false, false, false, false]);
  });
});

describe("a partition that not everybody sees", () => {
  const [hidden, closed] = parsePartitions("PartitionName=h AllowGroups=ALL Hidden=YES\nPartitionName=c AllowGroups=bob,staff Hidden=NO\n");

  it("is hidden, or closed to the groups of an account, and not to root", () => {
    const admitted = (groups: readonly string[], uid = 2001): readonly boolean[] => [hidden, closed].map((one) => one !== undefined && admitsGroups(one, { uid, groups }));
    expect([hidden?.hidden, closed?.hidden]).toEqual([true, false]);
    expect(admitted(["alice"])).toEqual([true, false]);
    expect(admitted(["alice", "staff"])).toEqual([true, true]);
    expect(admitted(["root"], 0)).toEqual([true, true]);
  });
});

describe("a partition of which little can be read", () => {
  it("has no limits: sbatch decides then", () => {
    expect(parsePartitions("PartitionName=p MaxTime=soon OverTimeLimit=5\njunk\n")).toMatchObject([{ name: "p", state: "UNKNOWN", maxTimeSeconds: Infinity, maxNodes: Infinity, overTimeLimitSeconds: 300 }]);
  });
});
