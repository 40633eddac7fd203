import { describe, expect, it } from "vitest";
import { arrayTasksSchema } from "./array-tasks.js";

describe("the tasks of an array", () => {
  it("may be a text, a list, or either with how many at once", () => {
    expect(arrayTasksSchema.parse("0-2")).toEqual({ tasks: [0, 1, 2], atOnce: undefined });
    expect(arrayTasksSchema.parse([5, 4])).toEqual({ tasks: [4, 5], atOnce: undefined });
    expect(arrayTasksSchema.parse({ tasks: "0-1", atOnce: 1 })).toEqual({ tasks: [0, 1], atOnce: 1 });
  });

  it.each([[""], [[]], [[-1]], [[1.5]], ["0-3%2"], ["[0-3]"], [{ tasks: "0", atOnce: 0 }], [7]])("refuses %j", (input) => {
    expect(arrayTasksSchema.safeParse(input).success).toBe(false);
  });
});
