import { OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import type { ClusterCapabilities } from "../cluster/capabilities.js";
import { parsePartitions } from "../partition/partition.js";
import { LimitExceededError, NotSatisfiableError } from "../error/submission-errors.js";
import { allRecordings, recorded } from "../fixtures/recordings.js";
import { jobSpecSchema } from "../spec/job-spec-schema.js";
import { refuseSizes } from "./refuse-sizes.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };

describe.each(allRecordings)("limits of the partitions of Slurm $version", (cluster) => {
  const partitions = parsePartitions(recorded(cluster, "partitions").stdout);
  const check = (spec: object, { maxArrayTasks }: Partial<ClusterCapabilities> = {}): unknown => {
    try {
      refuseSizes(jobSpecSchema.parse({ launch, ...spec }), { partitions, maxArraySize: 1001, maxArrayTasks });
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it("are read", () => {
    expect(partitions.map(({ name, isDefault, state, maxTimeSeconds }) => [name, isDefault, state, maxTimeSeconds])).toEqual([
      ["standard", true, "UP", 86_400],
      ["dev", false, "UP", 3600],
      ["preemptible", false, "UP", 604_800],
    ]);
    expect(partitions[0]).toMatchObject({ maxNodes: Infinity, totalNodes: 4, totalCpus: 256 });
  });

  it("let through what fits, exactly too", () => {
    expect(check({})).toBeUndefined();
    expect(check({ time: "1d", nodes: 4, ntasks: 256 })).toBeUndefined();
    expect(check({ partition: "dev", time: "1h" })).toBeUndefined();
    expect(check({ nodes: [2, 400], ntasks: 1000, overcommit: true })).toBeUndefined();
  });

  it("hold for each component of a heterogeneous job, in its own partition", () => {
    const components = [{ partition: "standard" }, { partition: "dev" }];
    expect(check({ time: "1h", components })).toBeUndefined();
    expect(check({ time: "2h", components })).toMatchObject({ limit: "MaxTime", message: expect.stringContaining("dev allows 0-01:00:00") as string });
    expect(check({ components: [{ nodes: 4 }, { nodes: 5 }] })).toMatchObject({ limit: "MaxNodes" });
  });

  it("refuse more time, and say which partition would allow it", () => {
    const error = check({ partition: "dev", time: "2h" });
    expect(error).toBeInstanceOf(LimitExceededError);
    expect(error).toMatchObject({ limit: "MaxTime", outcome: "not-sent", message: "time 0-02:00:00: dev allows 0-01:00:00; partitions that allow it: standard (1-00:00:00), preemptible (7-00:00:00)" });
    expect(check({ time: "unlimited" })).toMatchObject({ limit: "MaxTime", message: expect.stringContaining("no partition allows that") as string });
    expect(check({ time: "25h" })).toMatchObject({ limit: "MaxTime" });
  });

  it("refuse more nodes and more CPUs than there are", () => {
    expect(check({ nodes: 5 })).toMatchObject({ limit: "MaxNodes", message: expect.stringContaining("standard allows 4 nodes") as string });
    expect(check({ nodes: { min: 4, max: 9 } })).toBeUndefined();
    const cpus = check({ ntasks: 5, cpusPerTask: 60 });
    expect(cpus).toBeInstanceOf(NotSatisfiableError);
    expect(cpus).toMatchObject({ resource: "cpus", message: expect.stringContaining("300 CPUs: standard allows 256 CPUs in all") as string });
    expect(check({ ntasks: 5, cpusPerTask: 60, extraArguments: ["--overcommit"] })).toBeUndefined();
  });

  it("of several partitions are the widest, and of unknown ones Slurm's to know", () => {
    expect(check({ partition: "dev,standard", time: "2h" })).toBeUndefined();
    expect(check({ partition: "dev,nowhere", time: "90d" })).toBeUndefined();
  });

  it("of arrays are those of the cluster", () => {
    expect(check({ array: "0-1000" })).toBeUndefined();
    expect(check({ array: "0-9" }, { maxArrayTasks: 10 })).toBeUndefined();
    expect(check({ array: "0-10" }, { maxArrayTasks: 10 })).toMatchObject({ message: expect.stringContaining("at most 10 tasks (max_array_tasks), not 11") as string });
    expect(check({ array: [1001] })).toBeInstanceOf(OptionsError);
    expect(check({ array: [1001] })).toMatchObject({ message: expect.stringContaining("highest index of this cluster is 1000") as string });
  });
});
