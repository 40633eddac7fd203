import { OptionsError, parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { taskSetInputSchema } from "./set-input.js";

const launch = { argv: ["true"], setup: [], teardown: [], needs: [] };
const input = { key: "k", spec: { launch, memory: "1G" }, tasks: 3 };
const read = (changes: object): unknown => parseOptions(taskSetInputSchema, { ...input, ...changes }, "task set");

describe("a set of tasks", () => {
  it("is what was written, with its tasks as a list", () => {
    expect(read({ retry: { on: ["lost"], excludeNodes: false, memory: () => "2G", time: { factor: 1.5, most: "1d" } }, queuedAtMost: 5, tasksPerArray: 2 })).toMatchObject({ key: "k", tasks: { tasks: [0, 1, 2] }, queuedAtMost: 5, retry: { on: ["lost"] } });
  });

  it.each([
    [{ key: undefined }, "key: a text of 1 to 150 characters"],
    [{ key: "" }, "key: a text of 1 to 150 characters"],
    [{ key: "k".repeat(151) }, "key: a text of 1 to 150 characters"],
    [{ spec: { launch, array: "0-3" } }, "the tasks of a set stand beside it"],
    [{ spec: { launch, components: [] } }, "the tasks of a set stand beside it"],
    [{ retri: { on: ["failed"] } }, 'did you mean "retry"'],
    [{ retry: true }, 'retry: e.g. { on: ["out-of-memory", "timeout"] }'],
    [{ tasks: 0 }, "tasks: a set has at least one task"],
    [{ tasks: [] }, "tasks: a set has at least one task"],
    [{ retry: { on: [] } }, 'retry.on: the ends after which a task is submitted again, e.g. ["out-of-memory", "timeout"]'],
    [{ retry: { on: "timeout" } }, 'retry.on: the ends after which a task is submitted again, e.g. ["out-of-memory", "timeout"]'],
    [{ retry: { on: ["cancelled"] } }, 'retry.on.0: one of "failed", "timeout"'],
    [{ retry: { on: ["timout"] } }, 'did you mean "timeout"?'],
    [{ retry: { on: ["failed"], memory: { factor: 1 } } }, "retry.memory"],
    [{ retry: { on: ["failed"], memory: { factor: 2, most: "much" } } }, "retry.memory"],
    [{ retry: { on: ["failed"], excludeNodes: true } }, "retry.excludeNodes: false, or { failures }"],
    [{ queuedAtMost: 0 }, "queuedAtMost: at least 1"],
  ])("is not %j", (changes, message) => {
    expect(() => read(changes)).toThrow(OptionsError);
    expect(() => read(changes)).toThrow(message);
  });
});
