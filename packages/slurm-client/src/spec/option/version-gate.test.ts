import { OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { parseSlurmVersion } from "../../cluster/slurm-version.js";
import { jobSpecSchema } from "../job-spec-schema.js";
import type { JobSpecInput } from "../job-spec.js";
import { refuseUnknownOptions } from "./version-gate.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };

/** What is wrong with a spec on a version: where, and why. */
function refusal(spec: Omit<JobSpecInput, "launch">, release: string): readonly string[] {
  const version = parseSlurmVersion(`slurm ${release}`);
  if (version === undefined) throw new Error(release);
  try {
    refuseUnknownOptions(jobSpecSchema.parse({ launch, ...spec }), version);
  } catch (error) {
    if (error instanceof OptionsError) return error.issues.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe("a field that a cluster's Slurm does not know", () => {
  it("is refused with the release that brought it, all of them at once", () => {
    expect(refusal({ extra: "a", tresPerTask: "cpu=1", ntasks: 1, time: "1h" }, "22.05.8")).toEqual([
      "extra: --extra came with Slurm 23.02; this cluster has 22.05.8",
      "tresPerTask: --tres-per-task came with Slurm 23.02; this cluster has 22.05.8",
    ]);
    expect(refusal({ extra: "a" }, "23.02.0")).toEqual([]);
  });

  it("is refused with the release that had it last", () => {
    expect(refusal({ power: "level" }, "24.05.1")).toEqual(["power: --power went after Slurm 23.11; this cluster has 24.05.1"]);
    expect(refusal({ power: "level" }, "23.11.9")).toEqual([]);
  });

  it("is not one that a Slurm of the future may have", () => {
    expect(refusal({ memoryUpdate: { marginPercent: 20, after: "10m" } }, "27.11.0")).toEqual([]);
  });

  it.each<[Omit<JobSpecInput, "launch">, string, string, string]>([
    [{ qos: ["a", "b"] }, "24.05.9", "24.11.0", "qos: more than one QOS came with Slurm 24.11"],
    [{ nodes: [1, 3] }, "22.05.8", "23.02.0", "nodes: a list of numbers of nodes came with Slurm 23.02"],
    [{ licenses: { anyOf: ["a", "b"] } }, "24.11.5", "25.05.0", "licenses: a choice of licences came with Slurm 25.05"],
    [{ exclusive: "topo" }, "23.11.0", "24.05.0", 'exclusive: "topo" came with Slurm 24.05'],
    [{ requeue: "expedite" }, "25.11.0", "26.05.0", 'requeue: "expedite" came with Slurm 26.05'],
    [{ gresFlags: "one-task-per-sharing" }, "23.02.0", "23.11.0", 'gresFlags: "one-task-per-sharing" came with Slurm 23.11'],
  ])("may be a value of one that is known: %j", (spec, before, since, message) => {
    expect(refusal(spec, before)).toEqual([expect.stringContaining(message)]);
    expect(refusal(spec, since)).toEqual([]);
  });

  it("is looked for in components, too", () => {
    expect(refusal({ components: [{ ntasks: 1 }, { segment: 2 }] }, "22.05.8")).toEqual([expect.stringContaining("components.1.segment: --segment came with")]);
  });
});

describe("an extra argument", () => {
  it("must be one of this version's, if it is known at all", () => {
    expect(refusal({ extraArguments: ["--stepmgr"] }, "22.05.8")).toEqual(["extraArguments.0: --stepmgr came with Slurm 24.05; this cluster has 22.05.8"]);
    expect(refusal({ extraArguments: ["--my-plugin=x"] }, "22.05.8")).toEqual([]);
  });

  it("is the whole name of an option: sbatch would take a beginning for it", () => {
    expect(refusal({ extraArguments: ["--spread"] }, "24.11.5")).toEqual(["extraArguments.0: sbatch would take --spread for --spread-job: write the whole name"]);
    expect(refusal({ extraArguments: ["--extra=a"] }, "22.05.8")).toEqual(["extraArguments.0: --extra came with Slurm 23.02; this cluster has 22.05.8"]);
    expect(refusal({ extraArguments: ["--tim=5"] }, "26.05.5")).toEqual([expect.stringContaining("for --time or --time-min")]);
  });
});
