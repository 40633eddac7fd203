import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eachIndex } from "../../queue/index-ranges.js";
import { parseTaskBitmap } from "./task-bitmap.js";

const tasksOf = (text: string): readonly number[] => [...eachIndex(parseTaskBitmap(text) ?? [])];

describe("the tasks of a record in accounting", () => {
  it("are the bits that are set, the last of which is task 0", () => {
    expect(tasksOf("0x8C")).toEqual([2, 3, 7]);
    expect(tasksOf("0x1%5")).toEqual([0]);
    expect(tasksOf("3,5-7")).toEqual([3, 5, 6, 7]);
  });

  it("are unknown where the text is no list, or was cut", () => {
    for (const text of ["", "0x", "0xG", "1,2...", "x", `0x${"F".repeat(2_000_000)}`]) expect(parseTaskBitmap(text)).toBeUndefined();
  });

  it("come back from any bitmap", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500), { minLength: 1 }), (tasks) => {
        const bits = tasks.reduce((sum, task) => sum | (1n << BigInt(task)), 0n);
        expect(tasksOf(`0x${bits.toString(16).toUpperCase()}`)).toEqual([...tasks].sort((one, other) => one - other));
      }),
    );
  });
});
