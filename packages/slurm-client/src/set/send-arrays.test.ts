import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseArrays } from "./send-arrays.js";
import type { LiveArray } from "./set-state.js";

const arrays = (...sizes: readonly number[]): readonly LiveArray[] =>
  sizes.map((size, index) => ({ array: { name: String(index), round: 0, tasks: Array.from({ length: size }, (_, task) => task), offset: 0 }, watched: undefined, isToldSent: false, told: new Set() }));
const chosen = (sizes: readonly number[], free: number, queued: number, queuedAtMost: number): readonly number[] => chooseArrays(arrays(...sizes), { free }, { queued, queuedAtMost }).map(({ array }) => array.tasks.length);

describe("the arrays that there is room for", () => {
  it.each([
    ["all, where nothing bounds them", [5, 5, 5], Infinity, 0, Infinity, [5, 5, 5]],
    ["those that fit", [5, 5, 5], 11, 0, Infinity, [5, 5]],
    ["none where the first does not", [5, 1], 4, 0, Infinity, []],
    ["as many as the caller wants queued", [5, 5, 5], Infinity, 2, 8, [5]],
    ["none where more are queued than that", [1], Infinity, 9, 8, []],
    ["none of none", [], 10, 0, 10, []],
  ])("%s", (_, sizes, free, queued, queuedAtMost, expected) => {
    expect(chosen(sizes, free, queued, queuedAtMost)).toEqual(expected);
  });

  it("never exceed the room, and are the first", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 50 })), fc.nat(200), fc.nat(100), fc.nat(200), (sizes, free, queued, queuedAtMost) => {
        const found = chosen(sizes, free, queued, queuedAtMost);
        const sum = found.reduce((total, size) => total + size, 0);
        expect(sum).toBeLessThanOrEqual(Math.max(0, Math.min(free, queuedAtMost - queued)));
        expect(found).toEqual(sizes.slice(0, found.length));
        const next = sizes[found.length];
        if (next !== undefined) expect(sum + next).toBeGreaterThan(Math.min(free, queuedAtMost - queued));
      }),
    );
  });
});
