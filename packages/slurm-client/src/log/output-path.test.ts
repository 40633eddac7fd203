import { OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { expandOutputPath } from "./output-path.js";

const job = { id: "123", task: undefined, name: "a b", user: "alice" };

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
    expect(() => expandOutputPath(pattern, job)).toThrow(OptionsError);
  });

  it("takes what the cluster knows: the node, and the id of a task alone", () => {
    expect(expandOutputPath("/o/%N-%j", { ...job, task: 12, ownId: "130", node: "c1" })).toBe("/o/c1-130");
  });

  it("does not take the array's id for a task's", () => {
    expect(() => expandOutputPath("/o/%j", { ...job, task: 1 })).toThrow("use %A_%a");
  });
});
