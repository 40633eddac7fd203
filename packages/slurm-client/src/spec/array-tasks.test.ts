import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrayTasksSchema, formatIndexList, parseIndexList } from "./array-tasks.js";

describe("index lists", () => {
  it.each([
    ["0", [0]],
    ["0-3", [0, 1, 2, 3]],
    ["1,3,5-9:2", [1, 3, 5, 7, 9]],
    ["3,1,2-3", [1, 2, 3]],
    ["2-7,12%56", [2, 3, 4, 5, 6, 7, 12]],
  ])("reads %s", (text, expected) => {
    expect(parseIndexList(text)).toEqual(expected);
  });

  it.each(["", "a", "3-1", "0-3:0", "1,,2", "-1", "0-99999999"])("refuses %j", (text) => {
    expect(() => parseIndexList(text)).toThrow(RangeError);
  });

  it("is written so that it reads back, as short as runs allow", () => {
    expect(formatIndexList([0, 1, 2, 3, 7])).toBe("0-3,7");
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300), { minLength: 1 }), (indices) => {
        const ascending = indices.sort((one, other) => one - other);
        expect(parseIndexList(formatIndexList(ascending))).toEqual(ascending);
      }),
    );
  });
});

describe("the tasks of an array", () => {
  it("may be a text, a list, or either with how many at once", () => {
    expect(arrayTasksSchema.parse("0-2")).toEqual({ tasks: [0, 1, 2], atOnce: undefined });
    expect(arrayTasksSchema.parse([5, 4])).toEqual({ tasks: [4, 5], atOnce: undefined });
    expect(arrayTasksSchema.parse({ tasks: "0-1", atOnce: 1 })).toEqual({ tasks: [0, 1], atOnce: 1 });
  });

  it.each([[""], [[]], [[-1]], [[1.5]], ["0-3%2"], [{ tasks: "0", atOnce: 0 }], [7]])("refuses %j", (input) => {
    expect(arrayTasksSchema.safeParse(input).success).toBe(false);
  });
});
