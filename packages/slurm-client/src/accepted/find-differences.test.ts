import { OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { AcceptedJob } from "./accepted-job.js";
import { findDifferences } from "./find-differences.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };
const accepted: AcceptedJob = { name: "sbatch", partition: "standard", account: "climate", qos: "normal", reservation: undefined, timeLimitSeconds: 3600, nodeCount: 1, cpuCount: 4, resources: { cpu: 4, mem: 4096, node: 1, billing: 4 }, workFolder: "/w", comment: undefined, source: "queue" };
const fieldsOf = (spec: Partial<JobSpecInput>, changes: Partial<AcceptedJob> = {}): readonly string[] => findDifferences({ launch, ...spec }, { ...accepted, ...changes }).map(({ field }) => field);

describe("what Slurm made of a job that was not asked for", () => {
  it.each<[Partial<JobSpecInput>, Partial<AcceptedJob>]>([
    [{}, {}],
    [{ partition: "standard", account: "CLIMATE", qos: "Normal", time: "1h", workFolder: "/w" }, {}],
    [{ partition: "dev,standard" }, {}],
    [{ partition: "dev,standard" }, { partition: "standard,dev" }],
    [{ time: "3599s" }, {}],
    [{ time: "2h", timeMin: "30m" }, {}],
    [{ time: "unlimited" }, { timeLimitSeconds: Infinity }],
    [{ ntasks: 2, cpusPerTask: 2, memory: "4G" }, {}],
    [{ memoryPerCpu: "1G", ntasks: 4 }, {}],
    [{ nodes: { min: 1, max: 3 } }, { nodeCount: 2 }],
    [{ gpus: 2 }, { resources: { "gres/gpu": 2, "gres/gpu:a100": 2 } }],
    [{ memory: "all", exclusive: true, ntasks: 1 }, {}],
    [{ memory: "1G", time: "5m", ntasks: 9 }, { timeLimitSeconds: undefined, cpuCount: undefined, resources: {} }],
  ])("is nothing for %j", (spec, changes) => {
    expect(fieldsOf(spec, changes)).toEqual([]);
  });

  it.each<[Partial<JobSpecInput>, Partial<AcceptedJob>, string]>([
    [{ partition: "dev" }, {}, "partition"],
    [{ partition: "dev,standard" }, { partition: "standard,long" }, "partition"],
    [{ account: "hydrology" }, {}, "account"],
    [{ qos: "high" }, {}, "qos"],
    [{ qos: "high" }, { qos: undefined }, "qos"],
    [{ reservation: "team" }, {}, "reservation"],
    [{ time: "2h" }, {}, "time"],
    [{ time: "30m" }, {}, "time"],
    [{ time: "3h", timeMin: "2h" }, {}, "time"],
    [{ ntasks: 3 }, {}, "ntasks"],
    [{ cpusPerTask: 3 }, {}, "cpusPerTask"],
    [{ memory: "8G" }, {}, "memory"],
    [{ nodes: 2, ntasks: 4 }, {}, "nodes"],
    [{ gpus: 2 }, { resources: { "gres/gpu": 1 } }, "gpus"],
    [{ workFolder: "/elsewhere" }, {}, "workFolder"],
  ])("is told for %j", (spec, changes, field) => {
    expect(fieldsOf(spec, changes)).toEqual([field]);
  });

  it("is said in the spec's units, and in words", () => {
    expect(findDifferences({ launch, time: "2h", memory: "8G" }, accepted)).toEqual([
      { field: "time", asked: 7200, given: 3600, message: "time: 0-02:00:00 was asked for, Slurm made it 0-01:00:00" },
      { field: "memory", asked: 8 * 1024 ** 3, given: 4 * 1024 ** 3, message: expect.stringContaining("memory") as string },
    ]);
    expect(() => findDifferences({ launch, tme: "2h" } as JobSpecInput, accepted)).toThrow(OptionsError);
  });
});
