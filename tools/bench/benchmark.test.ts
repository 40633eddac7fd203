import { describe, expect, it } from "vitest";
import { median, row } from "./benchmark.js";

describe("median", () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 10, 2], 3],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("refuses to make one up", () => {
    expect(() => median([])).toThrow("no values");
  });
});

describe("row", () => {
  it("says whether the bar holds, and nothing where there is none", () => {
    expect(row("x", 3, "ms", 3).holds).toBe(true);
    expect(row("x", 3.1, "ms", 3).holds).toBe(false);
    expect(row("x", 3, "ms").holds).toBeNull();
    expect(row("x", 3, "×", { atLeast: 3 })).toEqual({ work: "x", value: 3, unit: "×", bar: 3, side: "at least", holds: true });
    expect(row("x", 2.9, "×", { atLeast: 3 }).holds).toBe(false);
    expect(row("x", NaN, "×", { atLeast: 3 }).holds).toBe(false);
  });
});
