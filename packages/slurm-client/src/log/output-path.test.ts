import { OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { expandOutputPath } from "./output-path.js";

const [old, new24, new25] = [{ major: 22, minor: 5 }, { major: 24, minor: 11 }, { major: 25, minor: 11 }];
const job = { version: new24, id: "123", task: undefined, name: "a b", user: "alice" };

describe("expandOutputPath", () => {
  it.each([
    ["/o/slurm-%j.out", "/o/slurm-123.out"],
    ["/o/%x-%u-%A", "/o/a b-alice-123"],
    ["/o/%8j", "/o/00000123"],
    ["/o/%99j", "/o/0000000123"],
    ["/o/100%%", "/o/100%"],
    ["/o/plain", "/o/plain"],
    ["/o/%J-%n-%3t-%s", "/o/123-0-000-batch"],
    ["/o/%Y-%d-%q-%-%", "/o/%Y-%d-%q-%-%"],
    ["/o/100%%d-%j", "/o/100%d-123"],
    [String.raw`/o/\%j-\x%j`, "/o/%j-x%j"],
  ])("makes %s to %s", (pattern, path) => {
    expect(expandOutputPath(pattern, job)).toBe(path);
  });

  it("takes the id of the array and the index of the task", () => {
    expect(expandOutputPath("/o/slurm-%A_%3a-%b", { ...job, task: 12 })).toBe("/o/slurm-123_012-2");
  });

  it.each(["/o/%a", "/o/%N"])("does not guess %s", (pattern) => {
    for (const isArray of [true, undefined]) expect(() => expandOutputPath(pattern, { ...job, isArray })).toThrow(OptionsError);
  });

  it.each([
    [old, "4294967294-%b-4294967294-2b-%r"],
    [new24, "4294967294-4-4294967294-0000000004-%r"],
  ])("has an index that is none where the job is no array: %j", (version, path) => {
    expect(expandOutputPath("%a-%b-%4a-%12b-%r", { ...job, version, isArray: false })).toBe(path);
  });

  it("knows what is a pattern in which version", () => {
    const task = { ...job, task: 12 };
    expect([old, new24, new25].map((version) => expandOutputPath("%b-%3b-%12q-%q", { ...task, version }))).toEqual(["%b-3b-2q-%q", "2-002-2q-%q", "2-002-%12q-%q"]);
    for (const pattern of ["%r", "%3S"]) expect(() => expandOutputPath(pattern, { ...job, version: new25 })).toThrow("name the file itself");
  });

  it("takes what the cluster knows: the node, and the id of a task alone", () => {
    expect(expandOutputPath("/o/%N-%j", { ...job, task: 12, ownId: "130", node: "c1" })).toBe("/o/c1-130");
  });

  it("does not take the array's id for a task's", () => {
    expect(() => expandOutputPath("/o/%j", { ...job, task: 1 })).toThrow("use %A_%a");
  });
});
