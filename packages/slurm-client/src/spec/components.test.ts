import { OptionsError, parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { jobSpecSchema } from "./job-spec-schema.js";
import { componentsOf, type JobSpec } from "./job-spec.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };
const parse = (spec: object): JobSpec => parseOptions(jobSpecSchema, { launch, ...spec }, "job spec");

describe("components", () => {
  it("ask for what stands beside them, and for their own instead", () => {
    const spec = parse({ name: "coupled", partition: "standard", ntasks: 1, components: [{ ntasks: 4, memoryPerCpu: "1G" }, { gpusPerNode: 1, partition: undefined }] });
    expect(componentsOf(spec)).toEqual([
      { launch, name: "coupled", partition: "standard", ntasks: 4, memoryPerCpu: { bytes: 1024 ** 3 } },
      { launch, name: "coupled", partition: "standard", ntasks: 1, gpusPerNode: [{ count: 1 }] },
    ]);
  });

  it("are one, the job itself, where there are none", () => {
    const spec = parse({ ntasks: 2 });
    expect(componentsOf(spec)).toEqual([spec]);
  });

  it.each([
    [{ components: [] }, "from 2 to 128 components"],
    [{ components: [{ ntasks: 1 }] }, "from 2 to 128 components"],
    [{ array: "0-1", components: [{}, {}] }, "array: Slurm has no arrays of heterogeneous jobs"],
    [{ components: [{ memory: "1G" }, { ntasks: 1 }] }, "components.1.memory: sbatch would take that of another component"],
    [{ components: [{ time: "1h" }, {}, { time: "2h" }] }, "components.1.time: sbatch would take"],
    [{ memory: "1G", components: [{}, { memoryPerCpu: "1G" }] }, "components.1.memoryPerCpu: memory is given too"],
    [{ components: [{ name: "a" }, {}] }, "components.0.name: unknown option"],
    [{ components: [{ nodse: 1 }, {}] }, 'components.0.nodse: unknown option; did you mean "nodes"?'],
    [{ components: [{ extraArguments: ["--wrap=x"] }, {}] }, "components.0.extraArguments.0: --wrap belongs to the client"],
  ])("%j are refused", (spec, message) => {
    expect(() => parse(spec)).toThrow(OptionsError);
    expect(() => parse(spec)).toThrow(message);
  });

  it("may say for each what sbatch keeps from one for the others", () => {
    expect(parse({ time: "1h", components: [{ memory: "1G" }, { memory: "all", time: "2h" }] }).components).toHaveLength(2);
  });
});
