import { OptionsError, parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { jobSpecSchema } from "./job-spec-schema.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };
const parse = (spec: object): unknown => parseOptions(jobSpecSchema, { launch, ...spec }, "job spec");

describe("a job spec", () => {
  it("becomes units, once", () => {
    expect(parse({ time: "4h", memory: "32G", array: "0-1", dependency: { afterOk: [{ id: "3" }] } })).toEqual({
      launch,
      time: { seconds: 14_400 },
      memory: { bytes: 32 * 1024 ** 3 },
      array: { tasks: [0, 1], atOnce: undefined },
      dependency: { afterOk: ["3"] },
    });
  });

  it.each([
    [{ patition: "standard" }, 'patition: unknown option; did you mean "partition"?'],
    [{ gpus: { typ: "a100", count: 1 } }, "gpus"],
    [{ launch: { argv: [] } }, "launch: a recipe made by compose(), or a launch made by prepare()"],
    [{ time: 90 }, "time"],
    [{ time: "0:00" }, "Slurm takes 0 for unlimited"],
    [{ memory: "0" }, "Slurm takes 0 for all memory"],
    [{ memory: "1G", memoryPerCpu: "1G" }, "memoryPerCpu: memory is given too"],
    [{ nodes: { min: 3, max: 2 } }, "min is more than max"],
    [{ ntasks: 1.5 }, "a whole number"],
    [{ account: "a,b" }, "no comma and no blank"],
    [{ partition: "a,,b" }, 'several as "a,b"'],
    [{ partition: "a --wrap=id" }, "partition"],
    [{ name: "" }, "an empty text"],
    [{ name: "a\nb" }, "no line breaks"],
    [{ comment: "é".repeat(451) }, "at most 900 bytes"],
    [{ workFolder: "relative" }, "an absolute path"],
    [{ output: String.raw`a\b` }, "no backslash"],
    [{ output: "~/a.out" }, "output: `~` is not expanded"],
    [{ error: "~alice/a.err" }, "error: `~` is not expanded"],
    [{ dependency: "afterok:1" }, "dependency: e.g. { afterOk: [job] }"],
    [{ warningSignal: "USR1@60" }, 'warningSignal: e.g. { name: "USR1", secondsBefore: 300, to: "batch" }'],
    [{ workFolder: String.raw`/a\b` }, "no backslash"],
    [{ gres: ["a:b:c:d"] }, "name[:type][:count]"],
    [{ extraArguments: ["--wrap=id"] }, "extraArguments.0: --wrap belongs to the client"],
    [{ extraArguments: ["--mem=0"], memory: "1G" }, "extraArguments.0: memory says --mem already"],
    [{ array: "0-3%1" }, "{ tasks, atOnce }"],
    [{ exclusive: false }, 'true, "user", "mcs" or "topo"'],
    [{ hold: false }, "hold: true, or leave it out"],
    [{ mailTypes: ["NONE"] }, "mailTypes.0: one of BEGIN"],
    [{ begin: "16:00" }, "says no time zone"],
    [{ priority: 0 }, "hold is what 0 means"],
    [{ timeMin: "unlimited" }, "timeMin: a time that passes"],
  ])("refuses %j", (spec, message) => {
    expect(() => parse(spec)).toThrow(OptionsError);
    expect(() => parse(spec)).toThrow(message);
  });

  it.each([
    [{ memoryPerCpu: "1G", memoryPerGpu: "1G", gpus: 1 }, "memoryPerGpu: memoryPerCpu is given too"],
    [{ memoryPerGpu: "1G" }, "memoryPerGpu: no GPU is asked for"],
    [{ exclusive: true, oversubscribe: true }, "oversubscribe: exclusive is given too"],
    [{ cpusPerTask: 1, cpusPerGpu: 1 }, "cpusPerGpu: cpusPerTask is given too"],
    [{ gpusPerTask: 1, ntasksPerGpu: 1, ntasks: 1 }, "ntasksPerGpu: gpusPerTask is given too"],
    [{ specializedCores: 1, specializedThreads: 1 }, "specializedThreads: specializedCores is given too"],
    [{ hint: "multithread", threadsPerCore: 1 }, "threadsPerCore: hint is given too"],
    [{ gpusPerNode: 1, gres: ["gpu:1"] }, "gres: gpusPerNode is given too"],
    [{ gpusPerSocket: 1 }, "gpusPerSocket: socketsPerNode must say"],
    [{ gpusPerTask: 1 }, "gpusPerTask: ntasks (or gpus) must say"],
    [{ tresPerTask: "cpu=1" }, "tresPerTask: ntasks (or gpus) must say"],
    [{ tresPerTask: "cpu=1", ntasks: 1, cpusPerTask: 1 }, "tresPerTask: cpusPerTask or cpusPerGpu is given too"],
    [{ ntasksPerCore: 2, threadsPerCore: 1 }, "ntasksPerCore: more than threadsPerCore"],
    [{ nodes: 4, ntasks: 2 }, "ntasks: fewer than nodes"],
    [{ nodes: { min: 3, max: 4 }, ntasks: 2 }, "ntasks: fewer than nodes"],
    [{ nodes: { min: 1, max: 2 }, ntasksPerNode: 2, ntasks: 5 }, "ntasks: more than ntasksPerNode on all nodes"],
    [{ time: "1h", timeMin: "2h" }, "timeMin: more than time"],
    [{ nodes: 3, segment: 2 }, "segment: nodes is not a multiple of it"],
    [{ distribution: { nodes: "arbitrary" } }, "distribution: \"arbitrary\" goes by nodelist"],
    [{ distribution: { nodes: "arbitrary" }, nodelist: "c1", nodes: 1 }, "nodes: distribution"],
    [{ batchConstraint: "icelake" }, "batchConstraint: must be among"],
    [{ mailUser: "a@example.org" }, "mailUser: there would be no mail"],
    [{ nodelist: "c1", nodeFile: "/nodes" }, "nodeFile: nodelist is given too"],
  ])("refuses the combination %j", (spec, message) => {
    expect(() => parse(spec)).toThrow(OptionsError);
    expect(() => parse(spec)).toThrow(message);
  });

  it.each([
    { memoryPerGpu: "1G", gres: ["gpu:1"] },
    { nodes: 2, segment: 4 },
    { nodes: { min: 1, max: 4 }, ntasks: 2 },
    { nodes: [1, 4], ntasks: 3, ntasksPerNode: 1 },
    { nodes: { min: 4, max: 7 }, segment: 2 },
    { gpusPerTask: 1, gpus: 2 },
    { memory: "all", exclusive: true },
    { nodelist: ["c1", "c2"], exclude: "c3", distribution: { nodes: "arbitrary" } },
  ])("takes the combination %j", (spec) => {
    expect(() => parse(spec)).not.toThrow();
  });

  it("says all that is wrong at once", () => {
    expect(() => parse({ nodes: 0, name: "" })).toThrow(/(?=.*nodes)(?=.*name)/s);
  });
});
