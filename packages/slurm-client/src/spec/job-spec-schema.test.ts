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
    [{ comment: "x".repeat(901) }, "at most 900 characters"],
    [{ workFolder: "relative" }, "an absolute path"],
    [{ output: String.raw`a\b` }, "no backslash"],
    [{ gres: ["a:b:c:d"] }, "name[:type][:count]"],
    [{ extraArguments: ["--wrap=id"] }, "extraArguments.0: --wrap belongs to the client"],
    [{ array: "0-3%1" }, "{ tasks, atOnce }"],
  ])("refuses %j", (spec, message) => {
    expect(() => parse(spec)).toThrow(OptionsError);
    expect(() => parse(spec)).toThrow(message);
  });

  it("says all that is wrong at once", () => {
    expect(() => parse({ nodes: 0, name: "" })).toThrow(/(?=.*nodes)(?=.*name)/s);
  });
});
