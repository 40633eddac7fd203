import { describe, expect, it } from "vitest";
import { roundTrips } from "./round-trips.js";
import type { SentAttempt } from "./send-attempts.js";

describe("round trips of many submissions", () => {
  const attempts = (count: number, script = "x"): readonly SentAttempt[] => Array.from({ length: count }, () => ({ planned: { request: { script } } }) as SentAttempt);
  const sizes = (sent: readonly SentAttempt[]): readonly (readonly number[])[] => roundTrips(sent).map((parts) => parts.map((part) => part.length));

  it.each([
    ["none for none", 0, [[]]],
    ["one for a few", 49, [[49]]],
    ["two at a time", 51, [[26], [25]]],
    ["one after the other where there are very many", 1600, [[500, 300], [500, 300]]],
  ])("%s", (_, count, expected) => expect(sizes(attempts(count))).toEqual(expected));

  it("carry so many bytes", () => expect(sizes(attempts(10, "x".repeat(3_000_000)))).toEqual([[2, 2, 2, 2, 2]]));

  it("have each submission once, neighbours at the same time", () => {
    const sent = attempts(60);
    const lanes = roundTrips(sent).map((parts) => parts.flat());
    expect(lanes.flat()).toHaveLength(60);
    for (const [index, attempt] of sent.entries()) expect(lanes.map((lane) => lane.indexOf(attempt)).filter((at) => at >= 0)).toEqual([Math.floor(index / 2)]);
  });
});
