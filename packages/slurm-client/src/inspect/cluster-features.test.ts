import { scriptedTransport } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { allClusterRecordings } from "../fixtures/cluster-recordings.js";
import { recorded, type Recording } from "../fixtures/recordings.js";
import { facts, scriptedContext } from "../fixtures/scripted-slurm.js";
import { findFeatures, type ClusterFeatures } from "./cluster-features.js";

const allows = { ...facts.capabilities, allowsScrontab: true };

/** What each program answers, by its name. */
function featuresOf(answers: Readonly<Record<string, Partial<Recording>>>, name = "test"): Promise<ClusterFeatures> {
  const transport = scriptedTransport(({ argv }) => Object.entries(answers).find(([program]) => argv.some((word) => word === program || word.endsWith(` ${program}`)))?.[1] ?? { exitCode: 127 });
  return findFeatures(scriptedContext(transport, { name, capabilities: allows }));
}

describe.each(allClusterRecordings)("what the programs of Slurm $version can do", (cluster) => {
  const is22 = cluster.version.startsWith("22.05");
  const clusters = recorded(cluster, "clusters").stdout.replace(/status 0\n?$/, "");
  const answers = { srun: { stdout: recorded(cluster, "mpi").stdout }, sinfo: { stdout: recorded(cluster, "json").stdout }, scrontab: recorded(cluster, "scrontab").stdout === "" ? { exitCode: 1 } : {}, sacctmgr: { stdout: clusters } };

  it("is read from what they print", async () => {
    const found = await featuresOf(answers);
    expect(found).toMatchObject({ databaseReachable: true, scrontab: !is22, federation: undefined });
    expect(found.mpiTypes).toEqual(expect.arrayContaining(["none", "pmi2"]));
    expect(found.dataParsers.includes("v0.0.42")).toBe(!is22);
    expect(found.clusters).toHaveLength(1);
  });

  it("tells a database that is away from one that was not asked, and knows a federation", async () => {
    expect(await featuresOf({ ...answers, sacctmgr: { exitCode: 124 } })).toMatchObject({ databaseReachable: false, clusters: undefined });
    expect(await featuresOf({ ...answers, sacctmgr: { exitCode: 127 } })).toMatchObject({ databaseReachable: undefined, clusters: undefined });
    expect(await featuresOf({ ...answers, sacctmgr: { stdout: "other|\nmine|alps\n" } }, "mine")).toMatchObject({ federation: "alps", clusters: ["other", "mine"] });
  });
});

describe("what programs can do that are not there", () => {
  it("is unknown, and nothing is claimed", async () => {
    expect(await featuresOf({})).toEqual({ mpiTypes: undefined, dataParsers: [], scrontab: false, databaseReachable: undefined, clusters: undefined, federation: undefined });
  });
});
