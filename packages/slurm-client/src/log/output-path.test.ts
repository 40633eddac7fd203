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
  ])("makes %s to %s", (pattern, path) => {
    expect(expandOutputPath(pattern, job)).toBe(path);
  });

  it("takes the id of the array and the index of the task", () => {
    expect(expandOutputPath("/o/slurm-%A_%3a-%b", { ...job, task: 12 })).toBe("/o/slurm-123_012-2");
  });

  it.each(["/o/%a", "/o/%N", "/o/%t", "/o/%J", "/o/%s", "/o/%q"])("does not guess %s", (pattern) => {
    expect(() => expandOutputPath(pattern, job)).toThrow(OptionsError);
  });

  it("does not take the array's id for a task's", () => {
    expect(() => expandOutputPath("/o/%j", { ...job, task: 1 })).toThrow("use %A_%a");
  });
});
