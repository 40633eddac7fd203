import { describe, expect, it } from "vitest";
import { defined, generator } from "./fixtures/simulated-set.js";
import { simulateSlurm } from "./fixtures/simulated-slurm.js";
import { createSetMembers } from "./set-members.js";

const ignore = (): void => undefined;

describe("what is recorded of a set", () => {
  it("is taken once, where it is read twice at a time", async () => {
    const slurm = simulateSlurm({ random: generator(1), mostQueued: 9, endOf: () => "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined([0, 1], 1001, 2, slurm.clock.now()));
    let deliver = ignore;
    const delivered = new Promise<void>((resolve) => (deliver = resolve));
    const late = { ...slurm.files, readAfter: async (known: number) => delivered.then(() => slurm.files.readAfter(known)) };
    const members = createSetMembers(slurm.connect(), { identity: { key: "k", namespace: undefined }, files: late, records: slurm.records, onEnd: ignore, onFailure: ignore });
    const reading = members.refresh({});
    expect(await members.record({ kind: "round", arrays: [], givenUp: [], madeAtSeconds: 0 }, {})).toBe(true);
    deliver();
    await reading;
    expect(members.state.log.rounds).toBe(1);
    expect(await members.record({ kind: "ended", madeAtSeconds: 0 }, {})).toBe(true);
    expect(slurm.records.map(({ kind }) => kind)).toEqual(["set", "round", "ended"]);
  });

  it("is not decided twice: by what was known before another decision nothing is written", async () => {
    const slurm = simulateSlurm({ random: generator(1), mostQueued: 9, endOf: () => "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined([0, 1], 1001, 2, slurm.clock.now()));
    const members = createSetMembers(slurm.connect(), { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, onEnd: ignore, onFailure: ignore });
    const basis = members.known();
    const round = { kind: "round", arrays: [], givenUp: [], madeAtSeconds: 0 } as const;
    expect(await members.record(round, { basis })).toBe(true);
    expect(await members.record(round, { basis })).toBe(false);
    expect(slurm.records.map(({ kind }) => kind)).toEqual(["set", "round"]);
    expect(await members.record(round, { basis: members.known() })).toBe(true);
  });

  it("is not written to once the key is another set's", async () => {
    const slurm = simulateSlurm({ random: generator(1), mostQueued: 9, endOf: () => "COMPLETED", lossRate: 0 });
    const definition = defined([0, 1], 1001, 2, slurm.clock.now());
    await slurm.files.append(0, definition);
    const members = createSetMembers(slurm.connect(), { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, onEnd: ignore, onFailure: ignore });
    await slurm.files.append(1, { kind: "abandoned", madeAtSeconds: 0 });
    await slurm.files.append(2, { ...definition, spec: "other" });
    await members.refresh({});
    expect(members.state.log).toMatchObject({ cancelled: true, definition: { spec: "ab" } });
    expect(await members.record({ kind: "cancelled", madeAtSeconds: 0 }, {})).toBe(false);
    expect(slurm.records).toHaveLength(3);
  });

  it("is looked for among all claims once, and then among the next that may be sent", async () => {
    const slurm = simulateSlurm({ random: generator(1), mostQueued: 9, endOf: () => "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined(Array.from({ length: 300 }, (_, task) => task), 1001, 1, slurm.clock.now()));
    const context = slurm.connect();
    const counts: number[] = [];
    const findSubmitted: typeof context.findSubmitted = (keys, options) => {
      counts.push(keys.length);
      return context.findSubmitted(keys, options);
    };
    const members = createSetMembers({ ...context, findSubmitted }, { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, onEnd: ignore, onFailure: ignore });
    await members.look({});
    await members.look({});
    await members.look({ inSlurm: true });
    expect(counts).toEqual([300, 100, 300]);
  });
});
