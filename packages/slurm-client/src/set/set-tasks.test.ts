import { OptionsError, parseOptions } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { setTasksSchema } from "./set-tasks.js";

describe("the tasks of a set", () => {
  it.each([
    [3, [0, 1, 2], undefined],
    ["0-2,7", [0, 1, 2, 7], undefined],
    [[9, 3, 3], [3, 9], undefined],
    [[{ INPUT: "a b" }, {}], [0, 1], [{ INPUT: "a b" }, {}]],
  ])("are %j", (input, tasks, variables) => {
    expect(parseOptions(setTasksSchema, input, "tasks")).toEqual({ tasks, variables });
  });

  it.each([0, -1, 1.5, "", "3-1", [], ["a"], [{ "A-B": "x" }], [{ A: 1 }], [{ A: "nul\0" }], [{ SET_TASK_ID: "7" }], [{ PATH: "/bin" }, 3], { tasks: 3 }])("are not %j", (input) => {
    expect(() => parseOptions(setTasksSchema, input, "tasks")).toThrow(OptionsError);
  });

  it("that cannot be say which variable is wrong", () => {
    expect(() => parseOptions(setTasksSchema, [{ A: "1" }, { "A-B": "x" }], "tasks")).toThrow('1.A-B: "A-B"');
    expect(() => parseOptions(setTasksSchema, [{ A: 5 }], "tasks")).toThrow('0.A: a text: write a number as "5"');
  });
});
