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

  it("is written down of what was sent, also where others decide first", async () => {
    const slurm = simulateSlurm({ random: generator(1), mostQueued: 9, endOf: () => "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined([0, 1, 2, 3], 1001, 2, slurm.clock.now()));
    const members = createSetMembers(slurm.connect(), { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, onEnd: ignore, onFailure: ignore });
    const find = (index: number): void => members.state.arrays.slice(index, index + 1).forEach((live) => members.found(live, { id: String(index), cluster: "test", submittedAtSeconds: 0, tasks: [0, 1] }));
    find(0);
    await slurm.files.append(1, { kind: "round", arrays: [], givenUp: [], madeAtSeconds: 0 });
    await members.recordSent({});
    expect(slurm.records.map(({ kind }) => kind)).toEqual(["set", "round", "sent"]);
    // Once the key is free for another set nothing is.
    await slurm.files.append(3, { kind: "abandoned", madeAtSeconds: 0 });
    await members.refresh({});
    find(1);
    await members.recordSent({});
    expect(slurm.records).toHaveLength(4);
  });

  it("is not what another set has sent under the same keys since", async () => {
    const slurm = simulateSlurm({ random: generator(1), mostQueued: 9, endOf: () => "COMPLETED", lossRate: 0 });
    const definition = defined([0, 1], 1001, 2, slurm.clock.now());
    await slurm.files.append(0, definition);
    const context = slurm.connect();
    const members = createSetMembers(context, { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, onEnd: ignore, onFailure: ignore });
    await slurm.files.append(1, { kind: "abandoned", madeAtSeconds: 0 });
    await slurm.files.append(2, { ...definition, spec: "other" });
    await context.submitter.submitAll([{ launch: { argv: ["true"], setup: [], teardown: [], needs: [] }, comment: "0", array: [0, 1] }], { key: () => "k/1" });
    expect(await members.look({ inSlurm: true })).toEqual({ open: [] });
    expect(members.state.held()).toHaveLength(1);
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
