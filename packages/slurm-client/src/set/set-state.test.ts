import { describe, expect, it } from "vitest";
import type { JobReference } from "../job/job-reference.js";
import type { Outcome } from "../outcome/outcome.js";
import { newWatchedJob } from "../watch/job-watcher.js";
import { readSetLog, recordArray } from "./read-set-log.js";
import type { SetDefinition, SetRecord } from "./set-record.js";
import { countQueued, createSetState, type LiveArray, type SetState } from "./set-state.js";

const definition: SetDefinition = { kind: "set", key: "k", spec: "", tasks: "0-5", windowSize: 4, arraySize: 2, retry: { on: ["failed", "lost"], most: 1 }, arrays: [recordArray([0, 1]), recordArray([2, 3]), recordArray([4, 5])], madeAtSeconds: 0 };

function stateOf(...records: readonly SetRecord[]): SetState {
  const log = readSetLog([definition, ...records]);
  if (log === undefined) throw new Error("no definition");
  return createSetState(log);
}

/** Lets an array be sent, with ends by index. */
function send(live: LiveArray | undefined, ends: Readonly<Record<number, Outcome["kind"]>> = {}): void {
  if (live === undefined) throw new Error("no such array");
  const reference: JobReference = { id: "7", cluster: "test", submittedAtSeconds: 0, tasks: live.array.tasks.map((task) => task - live.array.offset) };
  live.watched ??= newWatchedJob(reference, () => Promise.resolve());
  live.watched.track = { ...live.watched.track, ended: new Map(Object.entries(ends).map(([index, kind]) => [Number(index), { kind } as Outcome])) };
}

describe("what is known of a set", () => {
  it("is that all is held back before anything is sent", () => {
    const state = stateOf();
    expect(state.progress()).toEqual({ tasks: 6, held: 6, pending: 0, running: 0, retrying: 0, ended: {}, rounds: 0, arrays: { sent: 0, held: 3 }, isSeen: true, isCancelled: false });
    expect(state.held().map(({ array }) => array.name)).toEqual(["1", "2", "3"]);
  });

  it("counts each task once, by the last time that it was sent", () => {
    const state = stateOf();
    send(state.arrays[0], { 0: "completed", 1: "failed" });
    send(state.arrays[2], { 0: "timeout" });
    expect(state.progress()).toMatchObject({ held: 2, pending: 1, retrying: 1, ended: { completed: 1, timeout: 1 } });
    expect(countQueued(state)).toBe(1);
    expect(state.stateOf(4)).toMatchObject({ kind: "ended", outcome: { kind: "timeout" } });
    const log = readSetLog([definition, { kind: "round", arrays: [recordArray([1])], givenUp: [], madeAtSeconds: 0 }]);
    if (log !== undefined) state.update(log);
    expect(state.progress()).toMatchObject({ held: 3, retrying: 0, rounds: 1 });
    send(state.arrays[3], { 1: "failed" });
    // Once more is what the rule says, and no more.
    expect(state.stateOf(1)).toMatchObject({ kind: "ended", outcome: { kind: "failed" } });
  });

  it("tells each end once, and whether the task is to run again", () => {
    const state = stateOf();
    send(state.arrays[2], { 0: "lost" });
    expect(state.takeEnds()).toMatchObject([{ task: 4, attempt: 1, outcome: { kind: "lost" }, isRetried: true }]);
    send(state.arrays[2], { 0: "lost", 1: "completed" });
    expect(state.takeEnds()).toMatchObject([{ task: 5, attempt: 1, isRetried: false }]);
    expect(state.takeEnds()).toEqual([]);
  });

  it("does not retry what was given up, nor anything of a set that was cancelled", () => {
    const givenUp = stateOf({ kind: "round", arrays: [], givenUp: [{ tasks: "1", why: "no more" }], madeAtSeconds: 0 });
    send(givenUp.arrays[0], { 1: "failed" });
    expect(givenUp.stateOf(1).kind).toBe("ended");
    const cancelled = stateOf({ kind: "cancelled", madeAtSeconds: 0 });
    send(cancelled.arrays[0], { 1: "failed" });
    expect([0, 1, 2].map((task) => cancelled.stateOf(task).kind)).toEqual(["queued", "ended", "not-submitted"]);
  });

  it("keeps how a task ended before, when what would have run it again was not sent before the set was cancelled", () => {
    const round: SetRecord = { kind: "round", arrays: [recordArray([0, 1])], givenUp: [], madeAtSeconds: 0 };
    const state = stateOf(round, { kind: "cancelled", madeAtSeconds: 0 });
    send(state.arrays[0], { 0: "failed", 1: "lost" });
    expect([0, 1, 2].map((task) => state.stateOf(task))).toMatchObject([{ kind: "ended", outcome: { kind: "failed" } }, { kind: "ended", outcome: { kind: "lost" } }, { kind: "not-submitted" }]);
    expect(state.takeEnds().map(({ isRetried }) => isRetried)).toEqual([false, false]);
  });

  it("tells of an end that is seen late that its task was to run again", () => {
    const state = stateOf({ kind: "round", arrays: [recordArray([1])], givenUp: [], madeAtSeconds: 0 });
    send(state.arrays[0], { 0: "completed", 1: "failed" });
    expect(state.takeEnds().map(({ task, isRetried }) => [task, isRetried])).toEqual([[0, false], [1, true]]);
  });

  it("does not retry what is lost only after the set had ended, also where a person then has other tasks run again", () => {
    const state = stateOf({ kind: "ended", madeAtSeconds: 0 });
    send(state.arrays[0], { 0: "lost" });
    expect(state.stateOf(0)).toMatchObject({ kind: "ended" });
    const log = readSetLog([{ kind: "round", arrays: [recordArray([2])], givenUp: [], madeAtSeconds: 0 }], state.log);
    if (log !== undefined) state.update({ ...log, definition: { ...definition, retry: { on: ["failed", "lost"], most: 2 } } });
    expect(state.stateOf(0)).toMatchObject({ kind: "ended", outcome: { kind: "lost" } });
    // Those the rule is for again.
    send(state.arrays[3], { 2: "failed" });
    expect(state.stateOf(2)).toMatchObject({ kind: "retrying" });
  });
});
