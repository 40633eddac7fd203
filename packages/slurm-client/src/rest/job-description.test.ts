import { compose, OptionsError, parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { jobSpecSchema } from "../spec/job-spec-schema.js";
import type { JobSpecInput } from "../spec/job-spec.js";
import type { PlacedJobSpec } from "../submit/sbatch-arguments.js";
import { describeJob } from "./job-description.js";

const placed = (input: Omit<JobSpecInput, "launch">): PlacedJobSpec => ({ ...parseOptions(jobSpecSchema, { launch: compose(["true"]), ...input }, "job spec"), workFolder: "/w", output: "/w/%j.out" });

describe("a job as slurmrestd takes it", () => {
  const spec = placed({ time: "61s", memory: "1.5G", nodes: { min: 1, max: 2 }, gpusPerNode: { type: "a100", count: 2 }, gres: ["shard:1"], licenses: ["a", "b:2"], array: { tasks: "1-3", atOnce: 2 }, requeue: false, dependency: { afterOk: [5] } });

  it("has wrapped numbers from v0.0.39 on", () => {
    expect(describeJob(spec, { wrapped: true })).toEqual({
      name: "sbatch",
      time_limit: { set: true, number: 2 },
      memory_per_node: { set: true, number: 1536 },
      minimum_nodes: 1,
      maximum_nodes: 2,
      tres_per_node: "gres/gpu:a100:2,gres/shard:1",
      licenses: "a:1,b:2",
      array: "1-3%2",
      requeue: false,
      dependency: "afterok:5",
      current_working_directory: "/w",
      standard_output: "/w/%j.out",
    });
  });

  it("has plain ones, and words of its own, before", () => {
    expect(describeJob(spec, { wrapped: false })).toMatchObject({ time_limit: 2, memory_per_node: 1536, nodes: "1-2", gres: "gpu:a100:2,shard:1", no_requeue: true });
    expect(describeJob(placed({ time: "unlimited" }), { wrapped: false })).toMatchObject({ time_limit: 4294967295 });
    expect(describeJob(placed({ time: "unlimited" }), { wrapped: true })).toMatchObject({ time_limit: { infinite: true } });
  });

  it("is refused where a version has no words for what it asks", () => {
    expect(() => describeJob(placed({ exclude: "c1" }), { wrapped: false })).toThrow(/exclude: has no words over slurmrestd/);
    expect(describeJob(placed({ exclude: "c1,c2" }), { wrapped: true })).toMatchObject({ excluded_nodes: ["c1", "c2"] });
    expect(() => describeJob(placed({ components: [{ ntasks: 1 }, { ntasks: 2 }] }), { wrapped: true })).toThrow(/components: has no words/);
  });

  it("is refused where it asks for what cannot be said", () => {
    expect(() => describeJob(placed({ extraArguments: ["--hold"] }), { wrapped: true })).toThrow(OptionsError);
    expect(describeJob(placed({ extraArguments: [] }), { wrapped: true })).not.toHaveProperty("extraArguments");
  });
});
