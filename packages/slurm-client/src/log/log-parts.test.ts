import { OptionsError } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import type { JobReference } from "../job/job-reference.js";
import type { LogOptions } from "./job-log.js";
import { findLogParts } from "./log-parts.js";

const own: JobReference = { id: "7", cluster: "test", submittedAtSeconds: 0, output: "/o" };
const array = { ...own, tasks: [1, 5] };
const het = { ...own, components: 2 };
const parts = (job: JobReference, options: LogOptions): readonly unknown[] => findLogParts(job, options).map(({ task, component, stream }) => [task, component, stream]);

describe("the parts of a log", () => {
  it("are one for each task, component and stream that is asked for", () => {
    expect(parts(own, {})).toEqual([[undefined, undefined, "stdout"]]);
    expect(parts(own, { stream: "both" })).toEqual([[undefined, undefined, "stdout"], [undefined, undefined, "stderr"]]);
    expect(parts({ ...array, error: "/e" }, { stream: "both", task: "all" })).toEqual([[1, undefined, "stdout"], [1, undefined, "stderr"], [5, undefined, "stdout"], [5, undefined, "stderr"]]);
    expect(parts({ ...array, task: 5 }, {})).toEqual([[5, undefined, "stdout"]]);
    expect(parts(het, {})).toEqual([[undefined, undefined, "stdout"]]);
    expect(parts(het, { component: "all" })).toEqual([[undefined, undefined, "stdout"]]);
    expect(parts(het, { component: "all", file: "p-%j" })).toEqual([[undefined, 0, "stdout"], [undefined, 1, "stdout"]]);
    expect(parts(het, { component: 1, file: "p-%j", fromOffset: 3 })).toEqual([[undefined, 1, "stdout"]]);
  });

  it.each<[JobReference, LogOptions, string]>([
    [array, {}, "task: an array has a log for each task: say which with { task }"],
    [array, { task: 2 }, "has no task 2"],
    [own, { task: "all" }, "names no tasks"],
    [own, { component: 0 }, "is not known to have components"],
    [het, { component: 2, file: "f" }, "has the components 0 to 1"],
    [het, { component: 1 }, "in the output of the first"],
    [het, { file: "f", stream: "stderr" }, "leave the stream out"],
  ])("%j are refused %j", (job, options, message) => {
    expect(() => findLogParts(job, options)).toThrow(OptionsError);
    expect(() => findLogParts(job, options)).toThrow(message);
  });
});
