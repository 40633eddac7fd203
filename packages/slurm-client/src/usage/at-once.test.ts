import { describe, expect, it } from "vitest";
import { mostAtOnce } from "./at-once.js";

describe("the most at one time", () => {
  const most = (...all: readonly (readonly [from: number | undefined, to: number | undefined, value: number | undefined])[]): number | undefined =>
    mostAtOnce(all.map(([startedAtSeconds, endedAtSeconds, value]) => ({ startedAtSeconds, endedAtSeconds, value })), ({ value }) => value);

  it("is the sum of those that were there together", () => {
    expect(most([0, 10, 1], [2, 5, 10], [4, 8, 100], [5, 6, 1000], [8, 9, 5000])).toBe(5001);
    expect(most([0, 10, 1], [2, 5, 10], [4, 8, 100])).toBe(111);
  });

  it("is of one after the other the bigger, and of those within one second their sum", () => {
    expect(most([0, 5, 3], [5, 9, 4])).toBe(4);
    expect(most([5, 5, 3], [5, 5, 4])).toBe(7);
  });

  it("counts what has no end, or no known beginning, all the time", () => {
    expect(most([0, undefined, 1], [undefined, undefined, 10], [50, 60, 100], [70, 80, 90])).toBe(111);
  });

  it("is unknown where nothing was measured", () => {
    expect(most([0, 1, undefined])).toBeUndefined();
    expect(most()).toBeUndefined();
  });
});
