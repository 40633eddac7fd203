import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIndexList } from "../queue/index-ranges.js";
import { arraySizeFor, cutTasks, offsetOf } from "./cut-tasks.js";

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, task) => task);

describe("cutting the tasks of a set", () => {
  it.each([
    ["that fit into one array", upTo(3), { windowSize: 1001, mostTasks: 1001 }, [[0, 1, 2]]],
    ["as far as indices go: MaxArraySize is one more than the highest", upTo(5), { windowSize: 3, mostTasks: 100 }, [[0, 1, 2], [3, 4]]],
    ["by how many an array may have", upTo(5), { windowSize: 1001, mostTasks: 2 }, [[0, 1], [2, 3], [4]]],
    ["with holes", [0, 4999, 5000, 12_000], { windowSize: 5001, mostTasks: 5001 }, [[0, 4999, 5000], [12_000]]],
    ["so that none stands astride two windows", [2, 3, 4], { windowSize: 4, mostTasks: 3 }, [[2, 3], [4]]],
  ])("%s", (_, tasks, options, arrays) => {
    expect(cutTasks(tasks, options)).toEqual(arrays);
  });

  it("by the bytes that they add to a script; one that is too large stands alone", () => {
    const bytesOf = (task: number): number => (task === 2 ? 100 : 4);
    expect(cutTasks(upTo(5), { windowSize: 1001, mostTasks: 1001, bytesOf, mostBytes: 10 })).toEqual([[0, 1], [2], [3, 4]]);
  });

  it("by the runs of their indices, which are one word of a command", () => {
    const tasks = Array.from({ length: 20_000 }, (_, index) => 2_000_000 + index * 2);
    const arrays = cutTasks(tasks, { windowSize: 4_000_001, mostTasks: 4_000_001 });
    expect(arrays.flat()).toEqual(tasks);
    for (const array of arrays) expect(formatIndexList(array).length).toBeLessThan(128 * 1024 - 1024);
    expect(cutTasks(upTo(100_000), { windowSize: 4_000_001, mostTasks: 4_000_001 })).toHaveLength(1);
  });

  it("loses and doubles none, and keeps every bound, whatever they are", () => {
    const cases = fc.record({ tasks: fc.uniqueArray(fc.nat(5000), { minLength: 1, maxLength: 300 }), windowSize: fc.integer({ min: 1, max: 2000 }), mostTasks: fc.integer({ min: 1, max: 400 }), mostBytes: fc.integer({ min: 1, max: 500 }) });
    fc.assert(
      fc.property(cases, ({ tasks, windowSize, mostTasks, mostBytes }) => {
        const ascending = [...tasks].sort((one, other) => one - other);
        const bytesOf = (task: number): number => task % 97;
        const arrays = cutTasks(ascending, { windowSize, mostTasks, bytesOf, mostBytes });
        expect(arrays.flat()).toEqual(ascending);
        for (const array of arrays) {
          expect(array.length).toBeLessThanOrEqual(mostTasks);
          expect(new Set(array.map((task) => offsetOf(task, windowSize))).size).toBe(1);
          expect(Math.max(...array.map((task) => task - offsetOf(array[0] ?? 0, windowSize)))).toBeLessThan(windowSize);
          if (array.length > 1) expect(array.reduce((sum, task) => sum + bytesOf(task), 0)).toBeLessThanOrEqual(mostBytes);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the size of an array", () => {
  it.each([
    ["is Slurm's, where nothing else bounds it", { windowSize: 1001, mostQueued: Infinity }, 1001],
    ["is what the scheduler takes", { windowSize: 1001, maxArrayTasks: 200, mostQueued: Infinity }, 200],
    ["is a part of what may be queued, so that some can be sent while others run", { windowSize: 1001, mostQueued: 100 }, 25],
    ["is what the caller wants", { windowSize: 1001, mostQueued: 100, wanted: 60 }, 60],
    ["is no more than may be queued, whatever the caller wants", { windowSize: 1001, mostQueued: 40, wanted: 60 }, 40],
    ["is one task, where hardly any may be queued", { windowSize: 1001, mostQueued: 1 }, 1],
    ["is one task, where none may be queued now", { windowSize: 1001, mostQueued: 0 }, 1],
  ])("%s", (_, options, size) => {
    expect(arraySizeFor(options)).toBe(size);
  });
});
