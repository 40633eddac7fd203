import { describe, expect, it } from "vitest";
import { indicesOf, readSetLog, recordArray } from "./read-set-log.js";
import { parseSetRecord, renderedNonce, renderSetRecord, type SetDefinition, type SetRecord } from "./set-record.js";

const definition: SetDefinition = { kind: "set", key: "it's é", spec: "ab", tasks: "0-4", windowSize: 3, arraySize: 3, retry: { on: ["failed"], most: 2 }, arrays: [recordArray([0, 1, 2]), recordArray([3, 4])], madeAtSeconds: 1000 };
const round: SetRecord = { kind: "round", arrays: [recordArray([3], { memoryBytes: 5, timeSeconds: 60, exclude: ["c1"] })], givenUp: [{ tasks: "1", why: "no more" }], madeAtSeconds: 2000 };
const sent: SetRecord = { kind: "sent", jobs: { "1": { id: "7", cluster: "test", submittedAtSeconds: 5, name: "n", workFolder: "/w", output: "/w/o", error: "/w/e", secretsFile: "/s" } }, madeAtSeconds: 1500 };
const cancelled: SetRecord = { kind: "cancelled", madeAtSeconds: 3000 };
const ended: SetRecord = { kind: "ended", madeAtSeconds: 3000 };
const abandoned: SetRecord = { kind: "abandoned", madeAtSeconds: 3000 };

describe("a record of a set", () => {
  it.each([definition, { ...definition, retry: undefined, namespace: "n" }, round, { ...round, arrays: [recordArray([3], { timeSeconds: Infinity })] }, sent, cancelled, ended, abandoned])("is read as it was written: $kind", (record) => {
    expect(parseSetRecord(`${renderSetRecord(record, "0a")}\n`)).toEqual({ record, nonce: "0a" });
  });

  it("is told from others by its nonce, whatever a caller calls it", () => {
    const key = `${renderedNonce("0b")} {"nonce":"0b"}`;
    const text = renderSetRecord({ ...definition, key }, "0a");
    expect([text.includes(renderedNonce("0a")), text.includes(renderedNonce("0b"))]).toEqual([true, false]);
  });

  it.each(["", "{}", "nonsense", renderSetRecord(definition, "0a").slice(0, -5), JSON.stringify({ hpckit: "set 2", nonce: "", record: cancelled }), JSON.stringify({ hpckit: "set 1", nonce: "", record: { kind: "paused", madeAtSeconds: 1 } })])(
    "that is cut, or of another kind, is no decision that was not made: %j",
    (text) => {
      expect(() => parseSetRecord(text)).toThrow(expect.objectContaining({ code: "set-record-unreadable", retryable: false }));
    },
  );
});

describe("the records of a set", () => {
  it("say together what is to be sent, and under which name", () => {
    const log = readSetLog([definition, round]);
    expect(log).toMatchObject({ tasks: [0, 1, 2, 3, 4], rounds: 1, cancelled: false });
    expect(log?.arrays).toEqual([
      { name: "1", round: 0, tasks: [0, 1, 2], offset: 0 },
      { name: "2", round: 0, tasks: [3, 4], offset: 3 },
      { name: "retry-1.1", round: 1, tasks: [3], offset: 3, memoryBytes: 5, timeSeconds: 60, exclude: ["c1"] },
    ]);
    // Else the set "a" and one that a caller calls "a/retry-1" would share a key.
    expect(log?.arrays.filter(({ name }) => name.includes("/"))).toEqual([]);
    expect([...(readSetLog([definition, sent, round])?.sent ?? [])]).toEqual([["1", expect.objectContaining({ id: "7" })]]);
    expect([...(log?.givenUp ?? [])]).toEqual([[1, { round: 1, why: "no more" }]]);
    expect(log?.arrays.map(indicesOf)).toEqual([[0, 1, 2], [0, 1], [0]]);
    expect(readSetLog([definition, { ...round, givenUp: [] }, cancelled])).toMatchObject({ cancelled: true, endedRound: -1 });
    expect(readSetLog([definition, ended])).toMatchObject({ rounds: 0, endedRound: 0 });
    // A person had failed tasks run again.
    expect(readSetLog([definition, ended, round])).toMatchObject({ rounds: 1, endedRound: 0 });
    expect(readSetLog([round, ended], readSetLog([definition]))).toEqual(readSetLog([definition, round, ended]));
  });

  it("are of no set where none was begun, or the last was abandoned; another may begin then", () => {
    expect(readSetLog([])).toBeUndefined();
    expect(readSetLog([definition, abandoned])).toBeUndefined();
    expect(readSetLog([definition, abandoned, { ...definition, spec: "cd" }])).toMatchObject({ definition: { spec: "cd" } });
    expect(readSetLog([definition, { ...definition, spec: "cd" }])).toMatchObject({ definition: { spec: "ab" } });
  });
});
