import { manualClock } from "@hpckit/core/testing";
import { describe, expect, it } from "vitest";
import { facts } from "../fixtures/scripted-slurm.js";
import { beginSet, defineSet, mostQueued } from "./begin-set.js";
import { defined, generator } from "./fixtures/simulated-set.js";
import { simulateSlurm } from "./fixtures/simulated-slurm.js";
import { endlessRoom } from "./set-limits.js";

const withCapabilities = (changes: object): typeof facts => ({ ...facts, capabilities: { ...facts.capabilities, ...changes } });
const input = { key: "k", spec: { launch: { argv: ["true"], setup: [], teardown: [], needs: [] } }, tasks: { tasks: Array.from({ length: 3000 }, (_, task) => task), variables: undefined } };
const define = (changes: object, capabilities: object = {}, room = endlessRoom) => {
  const prepared = { input: { ...input, ...changes }, digest: "ab" };
  return defineSet(prepared, { facts: withCapabilities(capabilities), clock: manualClock(5000) }, room);
};

describe("the definition of a set", () => {
  it("is cut by MaxArraySize where nothing else bounds it", () => {
    const definition = define({});
    expect(definition).toMatchObject({ kind: "set", tasks: "0-2999", windowSize: 1001, arraySize: 1001, retry: undefined, madeAtSeconds: 5 });
    expect(definition.arrays.map((array) => array.tasks)).toEqual(["0-1000", "1001-2001", "2002-2999"]);
  });

  it("keeps arrays to a part of what may be queued: by a limit, by the caller, or by half of what the controller holds", () => {
    expect(define({}, {}, { free: 5, most: 400, limit: "x" }).arraySize).toBe(100);
    expect(define({ queuedAtMost: 200 }).arraySize).toBe(50);
    expect(define({}, { maxJobCount: 800 }).arraySize).toBe(100);
    expect(define({ queuedAtMost: 200, tasksPerArray: 150 }).arraySize).toBe(150);
    expect(define({}, { maxArrayTasks: 30 }).arraySize).toBe(30);
  });
});

describe("a set that is begun while another of its key is being forgotten", () => {
  it("is begun anew once that has gone", async () => {
    const slurm = simulateSlurm({ random: generator(1), mostQueued: 9, endOf: () => "COMPLETED", lossRate: 0 });
    const definition = defined([0, 1], 1001, 2, 0);
    await slurm.files.append(0, definition);
    await slurm.files.append(1, { kind: "abandoned", madeAtSeconds: 0 });
    const forgets = slurm.files;
    let times = 0;
    const define = async () => {
      if (++times === 1) expect(await forgets.remove(2)).toBe(true);
      return definition;
    };
    expect(await beginSet(slurm.files, { input, digest: definition.spec }, define, {})).toEqual([definition]);
    expect([times, slurm.records]).toEqual([2, [definition]]);
  });
});

describe("how many tasks of a set are queued at once", () => {
  it.each([
    [undefined, undefined, Infinity],
    [undefined, 10_000, 5000],
    [100, 10_000, 100],
    [100, 50, 25],
    [undefined, 1, 1],
  ])("%j of the caller's and MaxJobCount %j: %j", (queuedAtMost, maxJobCount, most) => {
    expect(mostQueued({ queuedAtMost }, withCapabilities({ maxJobCount }))).toBe(most);
  });
});
