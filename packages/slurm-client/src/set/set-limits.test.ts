import { parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import type { CheckKnowledge } from "../check/check-knowledge.js";
import { allClusterRecordings } from "../fixtures/cluster-recordings.js";
import { knowledgeOf } from "../fixtures/recorded-knowledge.js";
import { jobSpecSchema } from "../spec/job-spec-schema.js";
import type { JobSpec, JobSpecInput } from "../spec/job-spec.js";
import { findCaps, findRoom } from "./set-limits.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };
const spec = (input: Partial<JobSpecInput>): JobSpec => parseOptions(jobSpecSchema, { launch, ...input }, "spec");
const gib = 1024 ** 3;

describe.each(allClusterRecordings)("limits on a set of Slurm $version", (cluster) => {
  const known = knowledgeOf(cluster);

  it("leave room for so many tasks as may be submitted, less those that are", () => {
    const [one, ...others] = known.qos ?? [];
    if (one === undefined) throw new Error("no QOS was recorded");
    const limited = (own: number, group: number): CheckKnowledge => ({ ...known, qos: [{ ...one, name: "few", perUser: { ...one.perUser, maxSubmitJobs: own }, group: { ...one.group, maxSubmitJobs: group } }, ...others] });
    expect(findRoom(spec({ qos: "few" }), limited(20, Infinity))).toEqual({ free: 20, most: 20, limit: "MaxSubmitJobsPerUser 20 of QOS few" });
    expect(findRoom(spec({ qos: "few" }), limited(20, 12))).toMatchObject({ free: 12, most: 12, limit: "GrpSubmitJobs 12 of QOS few" });
    const use = { name: "few", tres: {}, tresMinutes: {}, tresRunMinutes: {}, jobs: undefined, submitJobs: { limit: 12, used: 3 }, accounts: new Map(), users: new Map([[2001, { tres: {}, jobs: undefined, submitJobs: { limit: 20, used: 18 } }]]) };
    expect(findRoom(spec({ qos: "few" }), { ...limited(20, 12), limitUsage: { associations: [], qos: [use] } })).toEqual({ free: 2, most: 12, limit: "MaxSubmitJobsPerUser 20 of QOS few" });
    expect(findRoom(spec({}), { ...known, qos: undefined, associations: undefined, limitUsage: undefined })).toEqual({ free: Infinity, most: Infinity, limit: undefined });
  });

  it("bound what a task may grow to: by its partition's time, and by its nodes' memory", () => {
    const known = { ...knowledgeOf(cluster), associations: undefined };
    const standard = known.partitions?.find(({ name }) => name === "standard");
    const largest = Math.max(...known.nodes.map(({ memoryBytes }) => memoryBytes));
    expect(findCaps(spec({ partition: "standard", memory: "1G" }), known)).toEqual({ memoryBytes: Math.min(largest, standard?.maxMemoryPerNodeBytes ?? Infinity), timeSeconds: standard?.maxTimeSeconds });
    // What is asked for each CPU is on the node so many times.
    expect(findCaps(spec({ partition: "standard", memoryPerCpu: "1G", cpusPerTask: 4, ntasks: 1 }), known).memoryBytes).toBe(Math.floor(Math.min(largest, standard?.maxMemoryPerNodeBytes ?? Infinity) / 4));
    expect(findCaps(spec({ partition: "dev,standard" }), known).timeSeconds).toBe(standard?.maxTimeSeconds);
    const dev = known.partitions?.find(({ name }) => name === "dev");
    expect(findCaps(spec({ partition: "dev,standard" }), { ...known, enforcePartLimits: "ALL" }).timeSeconds).toBe(dev?.maxTimeSeconds);
  });

  it("bound it by an association or a QOS, too, and nothing that is not known", () => {
    expect(findCaps(spec({ partition: "standard" }), known).timeSeconds).toBe(43_200);
    const [one, ...others] = known.qos ?? [];
    if (one === undefined) throw new Error("no QOS was recorded");
    const qos = [{ ...one, name: "short", perJob: { ...one.perJob, maxTimeSeconds: 600, maxTresPerNode: { mem: 2048 } } }, ...others];
    expect(findCaps(spec({ partition: "standard", memory: "1G", qos: "short" }), { ...known, qos })).toEqual({ memoryBytes: 2 * gib, timeSeconds: 600 });
    expect(findCaps(spec({ memory: "1G" }), { ...known, partitions: [], nodes: undefined, qos: undefined, associations: undefined })).toEqual({ memoryBytes: Infinity, timeSeconds: Infinity });
  });
});
