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

  it("is told of each component of a heterogeneous job, by what that asked for", () => {
    const spec: JobSpecInput = { launch, time: "1h", memory: "4G", components: [{ ntasks: 4 }, { ntasks: 4, time: "30m" }, { partition: "dev", ntasks: 4 }] };
    const components = [accepted, { ...accepted, timeLimitSeconds: 1800 }, { ...accepted, partition: "dev" }].map((part, component) => ({ ...part, component }));
    expect(findDifferences(spec, { ...accepted, components })).toEqual([]);
    const changed = components.map((part) => (part.component === 0 ? part : { ...part, timeLimitSeconds: 1200 }));
    expect(findDifferences(spec, { ...accepted, components: changed })).toEqual([
      { component: 1, field: "time", asked: 1800, given: 1200, message: "component 1: time: 0-00:30:00 was asked for, Slurm made it 0-00:20:00" },
      { component: 2, field: "time", asked: 3600, given: 1200, message: "component 2: time: 0-01:00:00 was asked for, Slurm made it 0-00:20:00" },
    ]);
    // Of one that has never run accounting tells the first component alone.
    expect(findDifferences(spec, { ...accepted, timeLimitSeconds: 60 }).map(({ component, field }) => [component, field])).toEqual([[0, "time"]]);
  });
});
