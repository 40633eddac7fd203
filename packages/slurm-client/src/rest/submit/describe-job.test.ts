import { compose, parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { optionSamples } from "../../../e2e/option-samples.js";
import { jobSpecSchema } from "../../spec/job-spec-schema.js";
import type { JobSpecInput } from "../../spec/job-spec.js";
import { optionRows } from "../../spec/option/option-table.js";
import type { PlacedJobSpec } from "../../submit/sbatch-arguments.js";
import { describeJob } from "./describe-job.js";

const placed = (input: Omit<JobSpecInput, "launch">): PlacedJobSpec => ({ ...parseOptions(jobSpecSchema, { launch: compose(["true"]), ...input }, "job spec"), workFolder: "/w", output: "/w/%j.out" });
const old = { wrapped: false };
const later = { wrapped: true };

/** Fields whose sample goes by sbatch: before v0.0.39, and from there on. */
const bySbatch = {
  old: [
    "extra", "useMinNodes", "ntasksPerGpu", "overcommit", "tresPerTask", "coresPerSocket", "hint", "memoryBinding", "memoryUpdate", "temporaryDisk", "tresBinding", "nodelist", "nodeFile", "exclude", "contiguous",
    "switches", "segment", "consolidateSegments", "spreadSegments", "network", "resources", "burstBuffer", "burstBufferFile", "batchConstraint", "power", "deadline", "warningSignal", "reboot", "noKill",
    "oomKillStep", "stepManager", "reservedPorts", "propagateLimits", "containerId", "containerType", "profile",
  ],
  later: [
    "tresPerTask", "coresPerSocket", "hint", "memoryBinding", "memoryUpdate", "nodeFile", "consolidateSegments", "spreadSegments", "resources", "burstBuffer", "burstBufferFile", "power", "reboot",
    "reservedPorts", "propagateLimits", "containerType",
  ],
};

describe("a job as slurmrestd takes it", () => {
  const spec = placed({ time: "61s", memory: "1.5G", nodes: { min: 1, max: 2 }, gpusPerNode: { type: "a100", count: 2 }, gres: ["shard:1"], licenses: ["a", "b:2"], array: { tasks: "1-3", atOnce: 2 }, requeue: false, dependency: { afterOk: [5] } });

  it("has wrapped numbers from v0.0.39 on", () => {
    expect(describeJob(spec, later)).toEqual({
      kind: "described",
      description: {
        name: "sbatch",
        oom_kill_step: 65534,
        time_limit: { set: true, number: 2 },
        memory_per_node: { set: true, number: 1536 },
        minimum_nodes: 1,
        maximum_nodes: 2,
        minimum_cpus: 1,
        tres_per_node: "gres/gpu:a100:2,gres/shard:1",
        licenses: "a:1,b:2",
        array: "1-3%2",
        requeue: false,
        dependency: "afterok:5",
        current_working_directory: "/w",
        standard_output: "/w/%j.out",
      },
      variables: { SLURM_GPUS_PER_NODE: "a100:2", SLURM_JOB_DEPENDENCY: "afterok:5" },
    });
  });

  it("has plain ones, and words of its own, before", () => {
    expect(describeJob(spec, old)).toMatchObject({ description: { time_limit: 2, memory_per_node: 1536, nodes: "1-2", gres: "gpu:a100:2,shard:1", no_requeue: true } });
    expect(describeJob(placed({ time: "unlimited" }), old)).toMatchObject({ description: { time_limit: 4294967295 } });
    expect(describeJob(placed({ time: "unlimited" }), later)).toMatchObject({ description: { time_limit: { infinite: true } } });
  });

  it.each(optionRows)("says what %s asks for, or leaves the job to sbatch", (field) => {
    const { spec: sample } = optionSamples[field];
    const input = { ...sample, ...(field === "hold" && { hold: true as const }) };
    for (const [version, traits] of [["old", old], ["later", later]] as const) {
      const described = describeJob(placed(input), traits);
      if (bySbatch[version].includes(field)) {
        expect(described).toMatchObject({ kind: "unsayable", fields: expect.arrayContaining([field]) as string[] });
        continue;
      }
      const without = Object.fromEntries(Object.entries(placed(input)).filter(([name]) => name !== field)) as unknown as PlacedJobSpec;
      // Fields that it needs beside it may be said by its own words, too: what counts is that something is lost without it.
      expect(described.kind).toBe("described");
      expect(described).not.toEqual(describeJob(without, traits));
    }
  });

  it.each<[string, Omit<JobSpecInput, "launch">, string]>([
    ["components", { components: [{ ntasks: 1 }, { ntasks: 2 }] }, "components"],
    ["extra arguments", { extraArguments: ["--hold"] }, "extraArguments"],
    ["a time from now on", { begin: { in: "2h" } }, "begin"],
    ["a deadline from now on", { time: "5m", deadline: { in: "2h" } }, "deadline"],
    ["the top", { priority: "top" }, "priority"],
    ["the order of a list of nodes", { distribution: { nodes: "arbitrary" }, nodelist: "c1" }, "distribution"],
    ["sharing", { gresFlags: "one-task-per-sharing", gpus: 1 }, "gresFlags"],
    ["GPUs of each task that are bound otherwise", { gpusPerTask: 1, ntasks: 1, gpuBinding: "closest" }, "gpusPerTask"],
    ["all profiles", { profile: "all" }, "profile"],
  ])("is left to sbatch where it asks for %s", (_, input, field) => {
    expect(describeJob(placed(input), later)).toMatchObject({ kind: "unsayable", fields: expect.arrayContaining([field]) as string[] });
  });

  it("gathers flags, and what each task gets, from several fields", () => {
    expect(describeJob(placed({ spreadJob: true, useMinNodes: true, nodes: { min: 1, max: 2 } }), later)).toMatchObject({ description: { flags: expect.arrayContaining(["SPREAD_JOB", "PREFER_MINIMUM_NODE_COUNT"]) as string[] } });
    expect(describeJob(placed({ cpusPerTask: 2, gpusPerTask: { type: "a100", count: 1 }, ntasks: 2 }), later)).toMatchObject({
      description: { cpus_per_task: 2, tres_per_task: "cpu=2,gres/gpu:a100=1", tres_bind: "gres/gpu:per_task:1" },
      variables: { SLURM_TRES_PER_TASK: "cpu=2,gres/gpu:a100=1", SLURM_TRES_BIND: "gres/gpu:per_task:1", SLURM_CPUS_PER_TASK: "2" },
    });
  });

  it("leaves out what asks for nothing", () => {
    expect(describeJob(placed({ extraArguments: [] }), later)).toMatchObject({ kind: "described" });
  });
});
