import { describe, expect, it } from "vitest";
import type { DependencyInput } from "./dependency.js";
import { readJobSpec } from "./read-job-spec.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };

describe("a job spec that comes in", () => {
  it("may depend on jobs of its own cluster, given as handles, references and ids", () => {
    const dependency: DependencyInput = { afterOk: [{ id: "1", taskIndex: 4, task: () => undefined, cluster: "a" }, { id: "2", task: 0, cluster: "a" }, { id: "3" }, 4, "5_6"], after: [{ job: { id: "7", cluster: "a" }, minutes: 2 }] };
    expect(readJobSpec({ launch, dependency }, "a").dependency).toEqual({ afterOk: ["1_4", "2_0", "3", "4", "5_6"], after: [{ id: "7", minutes: 2 }] });
  });

  it("is refused with jobs of another, whose ids are other jobs' here", () => {
    const other = { id: "7", cluster: "b" };
    const read = (dependency: DependencyInput): unknown => readJobSpec({ launch, dependency }, "a");
    expect(() => read({ afterOk: ["1", other], after: [{ job: other, minutes: 1 }] })).toThrow(/dependency\.afterOk\.1: job 7 is of cluster b.*dependency\.after\.0/s);
    expect(() => read({ anyOf: { afterAny: [other] } })).toThrow("dependency.anyOf.afterAny.0");
    expect(readJobSpec({ launch, dependency: { afterOk: [other] } }).dependency).toEqual({ afterOk: ["7"] });
  });

  it.each([
    ["mem", "memory is meant"],
    ["script", "launch is the command: compose([program, …])"],
    ["dryRun", "plan(spec)"],
    ["partitoin", 'did you mean "partition"?'],
  ])("says what is meant by %s", (name, message) => {
    expect(() => readJobSpec({ launch, [name]: "x" })).toThrow(`${name}: unknown option; ${message}`);
  });
});
