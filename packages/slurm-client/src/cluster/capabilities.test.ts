import { describe, expect, it } from "vitest";
import { allClusterRecordings, type ClusterRecordings } from "../fixtures/cluster-recordings.js";
import { recorded } from "../fixtures/recordings.js";
import { readCapabilities, type CapabilityTexts, type ClusterCapabilities } from "./capabilities.js";
import { parseConfig } from "./config-values.js";

function capabilitiesOf(cluster: ClusterRecordings, changes: Partial<CapabilityTexts> = {}): ClusterCapabilities {
  const printed = (what: string): string => recorded(cluster, what).stdout.replace(/\n$/, "");
  const texts = { clock: `${printed("clock")} ${printed("zone")}`, config: printed("config"), ...changes };
  return readCapabilities(parseConfig(texts.config), texts);
}

describe.each(allClusterRecordings)("capabilities of Slurm $version", (cluster) => {
  it("are read from what it printed", () => {
    const found = capabilitiesOf(cluster);
    expect(found).toMatchObject({
      controllerVersion: { text: cluster.version },
      controllers: [expect.stringMatching(/^facts-\w+$/)],
      plugins: { select: "select/cons_tres", selectParameters: ["CR_CORE_MEMORY"], priority: "priority/multifactor", preempt: "preempt/partition_prio", preemptMode: ["REQUEUE"], processTracking: "proctrack/linuxproc", jobSubmit: [], accountingStorage: "accounting_storage/slurmdbd" },
      accounting: { enforces: ["associations", "limits", "qos"], stores: expect.arrayContaining(["job_comment", "job_env", "job_script"]) as unknown },
      defaultMpiType: undefined,
      allowsScrontab: true,
      jwt: true,
      enforcePartLimits: "NO",
      maxJobCount: 50_000,
      maxArrayTasks: undefined,
      killWaitSeconds: 3,
      overTimeLimitSeconds: 0,
      requeuesJobs: true,
      gresTypes: ["gpu"],
      privateData: [],
      utcOffsetMinutes: 0,
    });
    expect(Math.abs(found.clockOffsetSeconds ?? Infinity)).toBeLessThanOrEqual(2);
  });

  it("know how many tasks an array may have where that is set", () => {
    expect(readCapabilities(parseConfig("SchedulerParameters     = bf_interval=1,max_array_tasks=200,defer\n"), { clock: "", config: "" })).toMatchObject({ maxArrayTasks: 200 });
  });

  it("know clocks that differ, and zones west of Greenwich", () => {
    const clock = String(Number(recorded(cluster, "clock").stdout) - 90);
    expect(capabilitiesOf(cluster, { clock: `${clock} -0930` })).toMatchObject({ utcOffsetMinutes: -570 });
    expect(capabilitiesOf(cluster, { clock }).clockOffsetSeconds).toBeGreaterThanOrEqual(88);
  });
});

describe("capabilities of which nothing was printed", () => {
  it("are unknown, and none is claimed", () => {
    expect(readCapabilities(parseConfig(""), { clock: "", config: "" })).toMatchObject({ controllerVersion: undefined, allowsScrontab: false, jwt: false, accounting: { enforces: [] }, clockOffsetSeconds: undefined, utcOffsetMinutes: undefined });
  });

  it("read settings in their own words", () => {
    const config = parseConfig("OverTimeLimit           = UNLIMITED\nEnforcePartLimits       = ANY\nMpiDefault              = pmix\nPrivateData             = jobs,usage\nJobRequeue = 0\n");
    expect(readCapabilities(config, { clock: "", config: "" })).toMatchObject({ overTimeLimitSeconds: Infinity, enforcePartLimits: "ANY", defaultMpiType: "pmix", privateData: ["jobs", "usage"], requeuesJobs: false });
  });
});
