import { describe, expect, it } from "vitest";
import { rateBudget } from "./rate-budget.js";

describe("the budget of a minute", () => {
  it("has room for so many in any 60 seconds, not in a minute of the calendar", () => {
    const budget = rateBudget();
    for (const time of [0, 10_000, 50_000, 59_000]) {
      expect(budget.waitMs(time, 4)).toBe(0);
      budget.record(time);
    }
    expect(budget.waitMs(59_500, 4)).toBe(500);
    expect(budget.waitMs(60_000, 4)).toBe(0);
    budget.record(60_000);
    expect(budget.waitMs(60_001, 4)).toBe(9_999);
  });

  it("serves those who ask for less and for more from the same count", () => {
    const budget = rateBudget();
    for (const time of [0, 1_000, 2_000]) budget.record(time);
    expect(budget.waitMs(2_000, 1)).toBe(60_000);
    expect(budget.waitMs(2_000, 2)).toBe(59_000);
    expect(budget.waitMs(2_000, 4)).toBe(0);
    expect(budget.waitMs(2_000, Infinity)).toBe(0);
  });

  it("never lets more through than the limit, at any rate of asking, and forgets what is over", () => {
    const budget = rateBudget();
    const made: number[] = [];
    for (let now = 0; now < 3_000_000; now += 137) {
      if (budget.waitMs(now, 60) > 0) continue;
      budget.record(now);
      made.push(now);
    }
    for (const [index, time] of made.entries()) expect((made[index + 60] ?? Infinity) - time).toBeGreaterThanOrEqual(60_000);
    expect(made.length).toBeGreaterThanOrEqual(50 * 60);
    expect(budget.countAt(3_000_000)).toBeLessThanOrEqual(60);
    expect(budget.countAt(4_000_000)).toBe(0);
  });
});
