import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome, OutcomeKind } from "../outcome/outcome.js";
import { parseIndexList } from "../queue/index-ranges.js";
import { isRoundDue, planRound, type RoundOptions } from "./plan-round.js";
import type { FailedTask } from "./retry-rule.js";

const mib = 1024 ** 2;
const failed = (task: number, kind: OutcomeKind, changes: Partial<FailedTask> = {}): FailedTask => ({ task, attempts: 1, outcome: { kind } as Outcome, memoryBytes: 100 * mib, timeSeconds: 600, ...changes });
const options: RoundOptions = { rule: { on: ["failed"] }, caps: { memoryBytes: 400 * mib, timeSeconds: 1200 }, exclude: [], windowSize: 1000, mostTasks: 100 };

describe("a round of failed tasks", () => {
  it("puts together those that ask for the same, each with its own index", () => {
    const tasks = [failed(9, "out-of-memory"), failed(3, "timeout"), failed(1005, "out-of-memory"), failed(4, "node-failure"), failed(5, "out-of-memory")];
    expect(planRound(tasks, { ...options, exclude: ["c3", "c2"] })).toEqual({
      givenUp: [],
      arrays: [
        { tasks: "3", memoryBytes: 100 * mib, timeSeconds: 1200, exclude: ["c2", "c3"] },
        { tasks: "4", memoryBytes: 100 * mib, timeSeconds: 600, exclude: ["c2", "c3"] },
        { tasks: "5,9", memoryBytes: 200 * mib, timeSeconds: 600, exclude: ["c2", "c3"] },
        { tasks: "1005", memoryBytes: 200 * mib, timeSeconds: 600, exclude: ["c2", "c3"] },
      ],
    });
  });

  it("gives up what had all there is", () => {
    expect(planRound([failed(1, "out-of-memory", { memoryBytes: 400 * mib }), failed(2, "out-of-memory", { memoryBytes: 300 * mib })], options)).toEqual({ givenUp: [{ tasks: "1", why: expect.stringMatching(/too little memory with 400M, and 400M is the most that its partition/) as string }], arrays: [{ tasks: "2", memoryBytes: 400 * mib, timeSeconds: 600 }] });
  });

  it("neither loses nor doubles a task, and asks for no more than there is", () => {
    const kinds = fc.constantFrom<OutcomeKind>("failed", "timeout", "out-of-memory", "node-failure", "lost");
    const tasks = fc.uniqueArray(fc.record({ task: fc.nat(5000), kind: kinds, memory: fc.integer({ min: 1, max: 500 }), time: fc.integer({ min: 1, max: 30 }) }), { minLength: 1, maxLength: 200, selector: ({ task }) => task });
    fc.assert(
      fc.property(tasks, fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 50 }), (all, windowSize, mostTasks) => {
        const { arrays, givenUp } = planRound(all.map(({ task, kind, memory, time }) => failed(task, kind, { memoryBytes: memory * mib, timeSeconds: time * 60 })), { ...options, windowSize, mostTasks });
        expect([...arrays.flatMap((array) => parseIndexList(array.tasks)), ...givenUp.flatMap((each) => parseIndexList(each.tasks))].sort((one, other) => one - other)).toEqual(all.map(({ task }) => task).sort((one, other) => one - other));
        for (const array of arrays) expect(parseIndexList(array.tasks).length).toBeLessThanOrEqual(mostTasks);
        const given = new Map(arrays.flatMap((array) => parseIndexList(array.tasks).map((task) => [task, array] as const)));
        for (const { task, kind, memory, time } of all) {
          const array = given.get(task);
          if (array === undefined) continue;
          if (kind === "out-of-memory") expect(array.memoryBytes).toBe(Math.min(memory * 2, 400) * mib);
          if (kind === "timeout") expect(array.timeSeconds).toBe(Math.min(time * 120, 1200));
          if (kind === "failed") expect(array).toMatchObject({ memoryBytes: memory * mib, timeSeconds: time * 60 });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("when failed tasks are submitted again", () => {
  const minutes = (count: number): number => count * 60_000;
  it.each([
    ["not while there are none", { failed: 0, open: 0, gatheredMs: minutes(9), ageMs: minutes(9) }, false],
    ["at once where nothing else goes on", { failed: 1, open: 0, gatheredMs: 1, ageMs: 1 }, true],
    ["not at once while others run", { failed: 1, open: 5, gatheredMs: 29_999, ageMs: 29_999 }, false],
    ["after half a minute in a young set", { failed: 1, open: 5, gatheredMs: 30_000, ageMs: 30_000 }, true],
    ["later in an old one", { failed: 1, open: 5, gatheredMs: minutes(1), ageMs: minutes(81) }, false],
    ["but not much later", { failed: 1, open: 5, gatheredMs: minutes(12), ageMs: minutes(92) }, true],
  ])("%s", (_, timing, due) => {
    expect(isRoundDue(timing)).toBe(due);
  });

  it("a set of a week has few rounds, though tasks fail all the time", () => {
    let rounds = 0;
    let first = 0;
    for (let nowMs = 0; nowMs < minutes(7 * 24 * 60); nowMs += 10_000) {
      if (!isRoundDue({ failed: 1, open: 1, gatheredMs: nowMs - first, ageMs: nowMs })) continue;
      rounds++;
      first = nowMs;
    }
    expect(rounds).toBeLessThan(80);
  });
});
