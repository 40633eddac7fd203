import { describe, expect, it } from "vitest";
import { allClusterRecordings, type ClusterRecordings } from "../fixtures/cluster-recordings.js";
import { recorded } from "../fixtures/recordings.js";
import { readCapabilities, type CapabilityTexts, type ClusterCapabilities } from "./capabilities.js";
import { parseConfig } from "./config-values.js";

function capabilitiesOf(cluster: ClusterRecordings, changes: Partial<CapabilityTexts> = {}): ClusterCapabilities {
  const printed = (what: string): string => recorded(cluster, what).stdout.replace(/\n$/, "");
  const texts = { clock: printed("clock"), zone: printed("zone"), mpi: printed("mpi"), scrontab: printed("scrontab"), json: printed("json"), clusters: printed("clusters"), config: printed("config"), ...changes };
  return readCapabilities(parseConfig(texts.config), texts);
}

describe.each(allClusterRecordings)("capabilities of Slurm $version", (cluster) => {
  const is22 = cluster.version.startsWith("22.05");

  it("are read from what it printed", () => {
    const found = capabilitiesOf(cluster);
    expect(found).toMatchObject({
      controllerVersion: { text: cluster.version },
      controllers: [expect.stringMatching(/^facts-\w+$/)],
      plugins: { select: "select/cons_tres", selectParameters: ["CR_CORE_MEMORY"], priority: "priority/multifactor", preempt: "preempt/partition_prio", preemptMode: ["REQUEUE"], processTracking: "proctrack/linuxproc", jobSubmit: [], accountingStorage: "accounting_storage/slurmdbd" },
      accounting: { databaseReachable: true, enforces: ["associations", "limits", "qos"], stores: expect.arrayContaining(["job_comment", "job_env", "job_script"]) as unknown },
      defaultMpiType: undefined,
      scrontab: !is22,
      jwt: true,
      federation: undefined,
      enforcePartLimits: "NO",
      maxJobCount: 50_000,
      killWaitSeconds: 3,
      overTimeLimitSeconds: 0,
      requeuesJobs: true,
      gresTypes: ["gpu"],
      privateData: [],
      utcOffsetMinutes: 0,
    });
    expect(found.clusters).toEqual(found.controllers);
    expect(found.mpiTypes).toEqual(expect.arrayContaining(["none", "pmi2"]));
    expect(found.dataParsers.includes("v0.0.42")).toBe(!is22);
    expect(Math.abs(found.clockOffsetSeconds ?? Infinity)).toBeLessThanOrEqual(2);
  });

  it("tell a database that is away from one that was not asked", () => {
    expect(capabilitiesOf(cluster, { clusters: "status 124" })).toMatchObject({ accounting: { databaseReachable: false }, clusters: undefined });
    expect(capabilitiesOf(cluster, { clusters: "status 127" })).toMatchObject({ accounting: { databaseReachable: undefined }, clusters: undefined });
  });

  it("know a federation, clocks that differ, and zones west of Greenwich", () => {
    const { clusters: [name = ""] = [] } = capabilitiesOf(cluster);
    expect(capabilitiesOf(cluster, { clusters: `other|\n${name}|alps\nstatus 0` })).toMatchObject({ federation: "alps", clusters: ["other", name] });
    const clock = String(Number(recorded(cluster, "clock").stdout) - 90);
    expect(capabilitiesOf(cluster, { clock, zone: "-0930" })).toMatchObject({ utcOffsetMinutes: -570 });
    expect(capabilitiesOf(cluster, { clock }).clockOffsetSeconds).toBeGreaterThanOrEqual(88);
  });
});

describe("capabilities of which nothing was printed", () => {
  it("are unknown, and none is claimed", () => {
    const texts = { clock: "", zone: "", mpi: "", scrontab: "", json: "", clusters: "", config: "" };
    expect(readCapabilities(parseConfig(""), texts)).toMatchObject({ controllerVersion: undefined, mpiTypes: undefined, scrontab: false, dataParsers: [], jwt: false, clusters: undefined, accounting: { databaseReachable: undefined, enforces: [] }, clockOffsetSeconds: undefined, utcOffsetMinutes: undefined });
  });

  it("read settings in their own words", () => {
    const config = parseConfig("OverTimeLimit           = UNLIMITED\nEnforcePartLimits       = ANY\nMpiDefault              = pmix\nPrivateData             = jobs,usage\nJobRequeue = 0\n");
    expect(readCapabilities(config, { clock: "", zone: "", mpi: "", scrontab: "", json: "", clusters: "", config: "" })).toMatchObject({ overTimeLimitSeconds: Infinity, enforcePartLimits: "ANY", defaultMpiType: "pmix", privateData: ["jobs", "usage"], requeuesJobs: false });
  });
});
