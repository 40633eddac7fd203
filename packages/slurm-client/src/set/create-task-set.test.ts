import { AbortedError, OptionsError, type Cancellable } from "@hpckit/core";
import { describe, expect, it } from "vitest";
import { ControllerUnreachableError, SlurmError } from "../error/slurm-error.js";
import { createWatcher } from "../watch/job-watcher.js";
import { createTaskSet } from "./create-task-set.js";
import { defined, generator, senderOf } from "./fixtures/simulated-set.js";
import { simulateSlurm, type SimulatedEnd, type SimulatedSlurm } from "./fixtures/simulated-slurm.js";
import type { SetContext } from "./set-context.js";
import type { SetLogFiles } from "./set-log-files.js";
import type { TaskSet, TaskSetEvent } from "./task-set.js";

interface Ground {
  readonly slurm: SimulatedSlurm;
  readonly context: SetContext;
  readonly submit: (changes?: { readonly files?: Partial<SetLogFiles>; readonly context?: Partial<SetContext>; readonly signal?: AbortSignal; readonly looksOnly?: boolean }) => Promise<TaskSet>;
}

/** Six tasks in arrays of two, of which four may be queued at once. */
async function ground(endOf: (task: number, run: number) => SimulatedEnd = () => "COMPLETED", queuedAtMost = 4): Promise<Ground> {
  const slurm = simulateSlurm({ random: generator(7), mostQueued: 100, endOf, lossRate: 0 });
  await slurm.files.append(0, defined([0, 1, 2, 3, 4, 5], 1001, 2, slurm.clock.now()));
  const context = slurm.connect();
  return {
    slurm,
    context,
    submit: ({ files, signal, looksOnly = false, ...changes } = {}) =>
      createTaskSet({ ...context, ...changes.context }, { identity: { key: "k", namespace: undefined }, files: { ...slurm.files, ...files }, records: slurm.records, sender: looksOnly ? undefined : senderOf(queuedAtMost), findings: [], signal }),
  };
}

async function collect(set: TaskSet): Promise<readonly TaskSetEvent[]> {
  const events: TaskSetEvent[] = [];
  for await (const event of set.events()) events.push(event);
  return events;
}

const unusable = new SlurmError("set-log-unusable", "no room", { retryable: true });
const failing = (): Promise<never> => Promise.reject(unusable);

describe("what a set tells", () => {
  it("begins with what was sent before anybody could listen, for the first who does", async () => {
    const { submit } = await ground();
    await using set = await submit();
    const [first, second] = await Promise.all([collect(set), collect(set)]);
    expect(first.slice(0, 4).map(({ kind }) => kind)).toEqual(["sent", "sent", "held-back", "progress"]);
    expect(second[0]?.kind).toBe("progress");
    for (const events of [first.slice(4), second.slice(1)]) expect(events.map(({ kind }) => kind)).toContain("ended");
    expect(first.filter(({ kind }) => kind === "sent")).toHaveLength(3);
  });

  it("is all from the call on, also where it is read later", async () => {
    const { submit } = await ground();
    await using set = await submit();
    const events = set.events();
    await set.done();
    const seen: TaskSetEvent[] = [];
    for await (const event of events) seen.push(event);
    expect(seen.flatMap((event) => (event.kind === "ended" ? event.tasks : []))).toHaveLength(6);
  });

  it("is the rounds of another client, too", async () => {
    const { submit } = await ground((task) => (task === 3 ? "OUT_OF_MEMORY" : "COMPLETED"));
    await using seen = await submit({ looksOnly: true });
    await using set = await submit();
    const [events, outcome] = await Promise.all([collect(seen), set.done()]);
    expect(events.flatMap((event) => (event.kind === "round" ? [event.tasks] : []))).toEqual([[3], [3]]);
    expect(outcome.tasks[3]).toMatchObject({ attempts: 3, outcome: { kind: "out-of-memory" } });
  });
});

describe("a set that was taken up again", () => {
  it("tells of each end whether the task ran again", async () => {
    const { submit } = await ground((task, run) => (task === 3 && run === 1 ? "FAILED" : "COMPLETED"));
    await using set = await submit();
    await set.done();
    await using again = await submit();
    const ends = (await collect(again)).flatMap((event) => (event.kind === "ended" ? event.tasks : []));
    expect(ends.filter(({ task }) => task === 3).map(({ attempt, isRetried }) => [attempt, isRetried])).toEqual([[1, true], [2, false]]);
  });

  it("says at once how far it is, also where it only looks, without another question than those of its watching", async () => {
    const { slurm, submit } = await ground();
    await using first = await submit();
    await first.done();
    await slurm.files.append(slurm.records.length, { kind: "ended", madeAtSeconds: 0 });
    for (const looksOnly of [true, false]) {
      await using again = await submit({ looksOnly });
      expect(again.progress()).toMatchObject({ pending: 0, ended: { completed: 6 }, isSeen: true, isCancelled: false });
      expect(again.task(0).outcome).toMatchObject({ kind: "completed" });
    }
  });

  it("is there, too, where Slurm cannot be asked, and says that it has seen nothing", async () => {
    const { submit, context } = await ground();
    await using first = await submit();
    await first.done();
    const backend = { ...context.backend, queue: () => Promise.reject(new ControllerUnreachableError("no answer")) };
    const blind = { ...context, backend };
    await using again = await submit({ context: { backend, watcher: createWatcher(blind, { pollIntervalMs: 5000, patience: context.patience, onTrouble: () => undefined }) }, looksOnly: true });
    expect(again.progress()).toMatchObject({ pending: 6, isSeen: false });
  });

  it("says as soon as it is cancelled that what still waits is to end", async () => {
    const { submit } = await ground();
    await using set = await submit();
    await set.cancel();
    expect(set.progress()).toMatchObject({ isCancelled: true, held: 0, ended: { "not-submitted": 2 } });
  });

  it("runs failed tasks again by the recorded rule, where the caller gives none any more", async () => {
    const { slurm, context } = await ground((task, run) => (task === 3 && run === 1 ? "FAILED" : "COMPLETED"));
    const sender = { ...senderOf(), rule: undefined };
    await using set = await createTaskSet(context, { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, sender, findings: [] });
    expect(await set.done()).toMatchObject({ kind: "completed", progress: { rounds: 1 } });
  });

  it("has its end written down", async () => {
    const { slurm, submit } = await ground();
    await using set = await submit();
    await set.done();
    expect(slurm.records.at(-1)).toMatchObject({ kind: "ended" });
    const count = slurm.records.length;
    await using again = await submit();
    expect(await again.done()).toMatchObject({ kind: "completed" });
    expect(slurm.records).toHaveLength(count);
  });
});

describe("a set whose records cannot be read any more", () => {
  it("fails after some tries, can be cancelled then, and has ended", async () => {
    const { slurm, submit } = await ground();
    let isBroken = false;
    let tries = 0;
    const readAfter: SetLogFiles["readAfter"] = (known, options) => {
      if (isBroken) tries++;
      return isBroken ? failing() : slurm.files.readAfter(known, options);
    };
    await using set = await submit({ files: { readAfter } });
    isBroken = true;
    await expect(set.done()).rejects.toBe(unusable);
    expect(tries).toBe(10);
    isBroken = false;
    await set.cancel();
    const { kind, tasks } = await set.done();
    expect(kind).toBe("cancelled");
    expect(tasks.filter((each) => each.kind === "not-submitted")).not.toEqual([]);
    expect(slurm.queued()).toBe(0);
  });
});

describe("cancelling a set", () => {
  it("ends with its own signal, while others decide without end", async () => {
    const { submit, slurm } = await ground();
    const caller = new AbortController();
    let tries = 0;
    const append: SetLogFiles["append"] = (_, __, { signal }: Cancellable = {}) => {
      if (++tries === 5) caller.abort();
      return signal?.aborted === true ? Promise.reject(new AbortedError("aborted")) : Promise.resolve({ records: [{ kind: "sent", jobs: {}, madeAtSeconds: 0 }], appended: false });
    };
    await using set = await submit({ looksOnly: true, files: { append, readAfter: () => Promise.resolve([]) } });
    await expect(set.cancel({ signal: caller.signal })).rejects.toThrow(AbortedError);
    expect(slurm.records.some(({ kind }) => kind === "cancelled")).toBe(false);
  });

  it("is possible after the set was let go, whose jobs go on until then", async () => {
    const { slurm, submit } = await ground();
    const caller = new AbortController();
    await using set = await submit({ signal: caller.signal });
    caller.abort();
    await expect(set.done()).rejects.toMatchObject({ message: expect.stringContaining("was let go; its jobs go on") as string, detail: { outcome: "unknown" } });
    expect(slurm.queued()).toBe(4);
    await set.cancel();
    expect(slurm.queued()).toBe(0);
    await expect(set.done()).rejects.toThrow("was let go");
  });

  it("is an error where Slurm does not cancel a job", async () => {
    const { submit } = await ground();
    const refusal = new SlurmError("job-not-cancelled", "no");
    await using set = await submit({ context: { cancelJobs: async (references) => references.map((job) => ({ job, kind: "failed" as const, error: refusal as never })) } });
    await expect(set.cancel()).rejects.toBe(refusal);
  });

  it("keeps how tasks ended whose next attempt was held back", async () => {
    const { slurm, submit } = await ground((task) => (task < 2 ? "FAILED" : "COMPLETED"), 100);
    const sends = await submit();
    await slurm.clock.sleep(120_000);
    await sends[Symbol.asyncDispose]();
    const known = slurm.records.length;
    await slurm.files.append(known, { kind: "round", arrays: [{ tasks: "0-1" }], givenUp: [], madeAtSeconds: 0 });
    await using set = await submit({ looksOnly: true });
    await set.cancel();
    const { tasks } = await set.done();
    expect(tasks.map((each) => each.kind === "ended" && each.outcome.kind)).toEqual(["failed", "failed", "completed", "completed", "completed", "completed"]);
  });
});

describe("a set whose submission is aborted", () => {
  it("in its first turn sends nothing more, and rejects", async () => {
    const { slurm, submit, context } = await ground();
    const caller = new AbortController();
    const findSubmitted: SetContext["findSubmitted"] = (keys, options) => {
      caller.abort("enough");
      return context.findSubmitted(keys, options);
    };
    const readAfter: SetLogFiles["readAfter"] = (known, { signal } = {}) => (signal?.aborted === true ? Promise.reject(new AbortedError("aborted")) : slurm.files.readAfter(known));
    await expect(submit({ signal: caller.signal, context: { findSubmitted }, files: { readAfter } })).rejects.toThrow(expect.objectContaining({ code: "aborted", message: expect.stringContaining("same input goes on") as string, cause: "enough" }));
    expect(slurm.queued()).toBe(0);
  });
});

describe("a set that Slurm refuses", () => {
  const refusal = new SlurmError("account-unknown", "no such account");

  it.each([
    ["leaves its key free, if nothing was queued", false, ["set", "abandoned"]],
    ["keeps it, if another client has sent some of it", true, ["set", "sent"]],
  ])("%s", async (_, isSentByOther, kinds) => {
    const { slurm, submit, context } = await ground();
    let isRefused = false;
    const other = { kind: "job", reference: { id: "7", cluster: "test", submittedAtSeconds: 0, tasks: [0, 1] } } as const;
    const findSubmitted: SetContext["findSubmitted"] = async (keys) => keys.map((key) => (isRefused && isSentByOther && key === "k/1" ? other : { kind: "free" }));
    const submitAll: SetContext["submitter"]["submitAll"] = async (specs) => {
      isRefused = true;
      return specs.map(() => ({ kind: "error", error: refusal }));
    };
    await expect(submit({ context: { findSubmitted, submitter: { ...context.submitter, submitAll } } })).rejects.toBe(refusal);
    expect(slurm.records.map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe("a set of which Slurm refuses some", () => {
  it("has recorded what was sent: it is known also after the claims of that were forgotten", async () => {
    const { slurm, submit, context } = await ground();
    const submitAll: SetContext["submitter"]["submitAll"] = async (specs, options) => {
      const results = await context.submitter.submitAll(specs.slice(0, 1), options);
      return [...results, ...specs.slice(1).map(() => ({ kind: "error" as const, error: new SlurmError("account-unknown", "no such account") }))];
    };
    await expect(submit({ context: { submitter: { ...context.submitter, submitAll } } })).rejects.toMatchObject({ code: "account-unknown" });
    await slurm.clock.sleep(120_000);
    slurm.forgetClaims();
    await using set = await submit();
    await set.done();
    expect([0, 1, 2, 3, 4, 5].map((task) => slurm.runsOf(task))).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe("a large set that Slurm refuses", () => {
  it("keeps its key while what became of any of its arrays is not known", async () => {
    const slurm = simulateSlurm({ random: generator(7), mostQueued: 1000, endOf: () => "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined(Array.from({ length: 200 }, (_, task) => task), 1001, 1, slurm.clock.now()));
    const context = slurm.connect();
    const refusal = new SlurmError("account-unknown", "no such account");
    let isSent = false;
    const submitAll: SetContext["submitter"]["submitAll"] = async (specs) => {
      isSent = true;
      return specs.map(() => ({ kind: "error", error: refusal }));
    };
    const findSubmitted: SetContext["findSubmitted"] = async (keys) => keys.map((key) => ({ kind: isSent && key === "k/150" ? "open" : "free" }));
    const options = { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, sender: senderOf(), findings: [] };
    await expect(createTaskSet({ ...context, findSubmitted, submitter: { ...context.submitter, submitAll } }, options)).rejects.toBe(refusal);
    expect(slurm.records.map(({ kind }) => kind)).toEqual(["set"]);
  });
});

describe("failed tasks that a person has run again", () => {
  const outOfMemory = (task: number): SimulatedEnd => (task === 1 ? "OUT_OF_MEMORY" : "COMPLETED");

  it("are told, and those that may have no more", async () => {
    const { submit } = await ground(outOfMemory);
    await using set = await submit();
    expect((await set.done()).tasks[1]).toMatchObject({ attempts: 3, outcome: { kind: "out-of-memory" } });
    const givenUp = [{ task: 1, why: "it had too little memory with 4G, and 4G is the most that its rule allows" }];
    expect(await set.retryFailed({ memory: { factor: 2, most: "4G" } })).toEqual({ tasks: [], givenUp });
    expect((await set.done()).tasks[1]).toMatchObject({ givenUp: givenUp[0]?.why });
    expect(await set.retryFailed({ time: () => "unlimited" })).toEqual({ tasks: [1], givenUp: [] });
    const after = await set.done();
    expect(after.tasks[1]).toMatchObject({ attempts: 4 });
    expect(after.tasks[1]).not.toHaveProperty("givenUp");
  });

  it("are of the set, and by a rule that can help", async () => {
    const { submit } = await ground(outOfMemory);
    await using set = await submit();
    await set.done();
    await expect(set.retryFailed({ tasks: [99] })).rejects.toThrow(OptionsError);
    await expect(set.retryFailed({ memory: { factor: 0.5 } })).rejects.toThrow(OptionsError);
    await expect(set.retryFailed({ time: "2h" as never })).rejects.toThrow(OptionsError);
    await expect(set.retryFailed({ memory: () => ({ bytes: NaN }) })).rejects.toThrow(OptionsError);
  });
});
