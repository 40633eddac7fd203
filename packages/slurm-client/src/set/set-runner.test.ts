import { describe, expect, it } from "vitest";
import { SlurmCommandError } from "../error/slurm-error.js";
import { allClusterRecordings } from "../fixtures/cluster-recordings.js";
import { knowledgeOf } from "../fixtures/recorded-knowledge.js";
import { defined, generator, senderOf } from "./fixtures/simulated-set.js";
import { simulateSlurm, type SimulatedEnd, type SimulatedSlurm } from "./fixtures/simulated-slurm.js";
import type { SetSender } from "./set-context.js";
import { createSetRunner, type SetRunner } from "./set-runner.js";
import type { News } from "./task-set.js";
import { endOf } from "./set-state.js";

function start(slurm: SimulatedSlurm, sender: SetSender | undefined, tell: (news: News) => void = () => undefined): SetRunner {
  return createSetRunner(slurm.connect(), { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, sender, tell: (items) => items.forEach(tell) });
}

const away = new SlurmCommandError("away");

describe("a set that goes on", () => {
  it("sends what there is room for, and the rest as tasks end", async () => {
    const slurm = simulateSlurm({ random: generator(1), mostQueued: 10, endOf: () => "COMPLETED", lossRate: 0 });
    const tasks = Array.from({ length: 40 }, (_, task) => task);
    await slurm.files.append(0, defined(tasks, 1001, 4, slurm.clock.now()));
    const news: News[] = [];
    const runner = start(slurm, senderOf(8), (item) => news.push(item));
    await runner.run();
    expect(slurm.refusals()).toBe(0);
    expect(runner.state.progress()).toMatchObject({ held: 0, pending: 0, ended: { completed: 40 }, arrays: { sent: 10, held: 0 } });
    expect(news.filter(({ kind }) => kind === "held-back").map((item) => item.kind === "held-back" && item.tasks)).toContain(32);
    expect(news.flatMap((item) => (item.kind === "ended" ? item.tasks : []))).toHaveLength(40);
  });

  it("waits where Slurm says that there is no room, with hardly any refusals", async () => {
    const slurm = simulateSlurm({ random: generator(2), mostQueued: 4, endOf: () => "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined(Array.from({ length: 20 }, (_, task) => task), 1001, 2, slurm.clock.now()));
    const runner = start(slurm, senderOf());
    await runner.run();
    expect(runner.state.progress()).toMatchObject({ ended: { completed: 20 } });
    // Eight of ten were refused at first; then one at a time asks whether there is room.
    expect(slurm.refusals()).toBeLessThan(8 + 40);
  });

  it("counts its own tasks where the controller does not say what is used", async () => {
    const slurm = simulateSlurm({ random: generator(5), mostQueued: 4, endOf: () => "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined(Array.from({ length: 20 }, (_, task) => task), 1001, 2, slurm.clock.now()));
    const [one] = allClusterRecordings.flatMap((cluster) => knowledgeOf(cluster).qos ?? []);
    if (one === undefined) throw new Error("no QOS was recorded");
    const qos = [{ ...one, name: "few", perUser: { ...one.perUser, maxSubmitJobs: 4 } }];
    const context = slurm.connect();
    const { facts } = context;
    const enforcing = { ...facts, capabilities: { ...facts.capabilities, accounting: { ...facts.capabilities.accounting, enforces: ["limits", "qos"] as const } } };
    let asked = 0;
    // Whoever is asked again is away.
    const survey = async () => (++asked === 1 ? { qos, associations: [], limitUsage: away } : { qos: away, associations: away, limitUsage: away }) as never;
    const sender = { ...senderOf(), spec: { ...senderOf().spec, qos: "few" } };
    const runner = createSetRunner({ ...context, facts: enforcing, backend: { ...context.backend, survey } }, { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, sender, tell: () => undefined });
    await runner.run();
    expect(runner.state.progress()).toMatchObject({ ended: { completed: 20 } });
    expect([slurm.refusals(), asked > 3]).toEqual([0, true]);
  });

  it("ends with what the rule could not help, and says how each attempt ended", async () => {
    const ends: Record<number, readonly SimulatedEnd[]> = { 1: ["FAILED", "COMPLETED"], 2: ["FAILED", "FAILED", "FAILED"], 3: ["NODE_FAIL", "OUT_OF_MEMORY", "COMPLETED"] };
    const slurm = simulateSlurm({ random: generator(3), mostQueued: 100, endOf: (task, run) => ends[task]?.[run - 1] ?? "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined([0, 1, 2, 3], 3, 3, slurm.clock.now()));
    const runner = start(slurm, senderOf());
    await runner.run();
    const kinds = (task: number): readonly unknown[] => runner.state.attempts(task).map((live) => endOf(live, task)?.kind);
    expect([0, 1, 2, 3].map(kinds)).toEqual([["completed"], ["failed", "completed"], ["failed", "failed", "failed"], ["node-failure", "out-of-memory", "completed"]]);
    expect(runner.state.progress()).toMatchObject({ ended: { completed: 3, failed: 1 }, rounds: 2 });
    expect(runner.state.log.arrays.find(({ round, tasks }) => round === 2 && tasks.includes(3))).toMatchObject({ memoryBytes: 2 * 1024 ** 3 });
  });

  it("knows what it sent also after the claims of that were forgotten", async () => {
    const slurm = simulateSlurm({ random: generator(4), mostQueued: 6, endOf: () => "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined(Array.from({ length: 12 }, (_, task) => task), 1001, 2, slurm.clock.now()));
    const killed = start(slurm, senderOf());
    await killed.turn();
    killed.stop();
    expect(slurm.queued()).toBe(6);
    await slurm.clock.sleep(120_000);
    slurm.forgetClaims();
    const runner = start(slurm, senderOf());
    await runner.run();
    expect(runner.state.progress()).toMatchObject({ ended: { completed: 12 } });
    expect(Array.from({ length: 12 }, (_, task) => slurm.runsOf(task))).toEqual(Array.from({ length: 12 }, () => 1));
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))("runs each attempt once, whoever is killed, whatever is lost, with two clients at once (seed %i)", async (seed) => {
    const random = generator(seed + 1000);
    const some = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
    const endings: readonly SimulatedEnd[] = ["COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "OUT_OF_MEMORY", "NODE_FAIL"];
    const given = new Map<string, SimulatedEnd>();
    const endOf = (task: number, run: number): SimulatedEnd => {
      const name = `${task} ${run}`;
      const end = given.get(name) ?? endings[some(0, endings.length - 1)] ?? "COMPLETED";
      given.set(name, end);
      return end;
    };
    const mostQueued = some(4, 60);
    const slurm = simulateSlurm({ random, mostQueued, endOf, lossRate: random() * 0.2 });
    const tasks = Array.from({ length: some(1, 40) }, (_, task) => task * some(1, 3)).filter((task, index, all) => all.indexOf(task) === index).sort((one, other) => one - other);
    for (let written = false; !written; ) written = await slurm.files.append(0, defined(tasks, some(1, 50), some(1, 4), slurm.clock.now())).then(() => true, () => slurm.records.length > 0);

    let last: SetRunner | undefined;
    const live = async (kills: number): Promise<void> => {
      for (let kill = 0; kill <= kills; kill++) {
        const runner = start(slurm, senderOf());
        last = runner;
        if (kill < kills) void slurm.clock.sleep(some(0, 40_000)).then(async () => slurm.clock.sleep(some(0, 40_000))).then(() => runner.stop());
        await runner.run();
      }
    };
    await Promise.all([live(some(0, 4)), live(some(0, 4))]);

    expect(slurm.faults).toEqual([]);
    const runner = start(slurm, undefined);
    await runner.run();
    for (const each of [runner, last]) {
      for (const task of tasks) {
        const attempts = each?.state.attempts(task) ?? [];
        expect(attempts.length, `task ${task}`).toBe(slurm.runsOf(task));
        const kinds = attempts.map((one) => endOfTask(one, task));
        expect(kinds).toEqual(Array.from({ length: slurm.runsOf(task) }, (_, run) => asKind[endOf(task, run + 1)]));
        // Again only after a failure, and not more often than the rule says.
        expect(kinds.slice(0, -1)).not.toContain("completed");
        expect(kinds.length).toBeLessThanOrEqual(3);
        expect(kinds.at(-1) === "completed" || kinds.length === 3).toBe(true);
      }
    }
  });
  it.each(Array.from({ length: 20 }, (_, seed) => seed))("ends for all when one client cancels it, whatever another is sending (seed %i)", async (seed) => {
    const random = generator(seed);
    const slurm = simulateSlurm({ random, mostQueued: 10, endOf: (task) => (task % 3 === 0 ? "FAILED" : "COMPLETED"), lossRate: 0.1 });
    for (let written = false; !written; ) written = await slurm.files.append(0, defined(Array.from({ length: 30 }, (_, task) => task), 1001, 2, slurm.clock.now())).then(() => true, () => slurm.records.length > 0);
    const sends = start(slurm, senderOf());
    const cancels = start(slurm, undefined);
    const cancel = async (): Promise<void> => {
      await slurm.clock.sleep(random() * 60_000);
      while (!cancels.state.log.cancelled) await cancels.record({ kind: "cancelled", madeAtSeconds: 0 }, {}).catch(() => false);
    };
    await Promise.all([sends.run(), cancel().then(async () => cancels.run())]);
    expect(slurm.faults).toEqual([]);
    expect(slurm.queued()).toBe(0);
    for (const runner of [sends, cancels]) {
      const { ended, held, pending, running, retrying } = runner.state.progress();
      expect({ held, pending, running, retrying }).toEqual({ held: 0, pending: 0, running: 0, retrying: 0 });
      expect(Object.values(ended).reduce((sum, count) => sum + count, 0)).toBe(30);
    }
    expect(sends.state.progress().ended).toEqual(cancels.state.progress().ended);
  });
});

describe("a set that is forgotten while a client goes on with it", () => {
  /** One of a few tasks, cancelled or not, of which the records go at a moment. */
  async function begun(tasks = 12): Promise<SimulatedSlurm> {
    const slurm = simulateSlurm({ random: generator(8), mostQueued: 6, endOf: () => "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined(Array.from({ length: tasks }, (_, task) => task), 1001, 2, slurm.clock.now()));
    return slurm;
  }
  const forget = async ({ files, records }: SimulatedSlurm): Promise<void> => expect(await files.remove(records.length)).toBe(true);

  it("is at its end at the next look, and nothing more is sent", async () => {
    const slurm = await begun();
    const runner = start(slurm, senderOf());
    await runner.turn();
    expect(slurm.queued()).toBe(6);
    await forget(slurm);
    const before = slurm.clock.now();
    await expect(runner.run()).rejects.toMatchObject({ code: "set-forgotten" });
    // Not by trying ten times.
    expect(slurm.clock.now() - before).toBeLessThan(5000 * 3);
    expect(Array.from({ length: 12 }, (_, task) => slurm.runsOf(task)).reduce((sum, runs) => sum + runs)).toBe(6);
    expect(slurm.records).toEqual([]);
  });

  it("is at its end, too, when that happens while arrays are being sent", async () => {
    const slurm = await begun();
    const context = slurm.connect();
    const submitAll: typeof context.submitter.submitAll = async (specs, options) => {
      const results = await context.submitter.submitAll(specs, options);
      await forget(slurm);
      return results;
    };
    const runner = createSetRunner({ ...context, submitter: { ...context.submitter, submitAll } }, { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, sender: senderOf(), tell: () => undefined });
    const before = slurm.clock.now();
    await expect(runner.run()).rejects.toMatchObject({ code: "set-forgotten" });
    expect(slurm.clock.now() - before).toBeLessThan(5000);
    expect(slurm.records).toEqual([]);
    // A caller gets at what it sent.
    expect(runner.state.arrays.flatMap((live) => runner.sent(live)?.key ?? [])).toEqual(["k/1", "k/2", "k/3"]);
  });

  it("does not have arrays cancelled that another set sends under the same key since", async () => {
    const slurm = await begun();
    const cancels = start(slurm, undefined);
    await cancels.record({ kind: "cancelled", madeAtSeconds: 0 }, {});
    await cancels.cancelSent({});
    await forget(slurm);
    await slurm.files.append(0, defined(Array.from({ length: 12 }, (_, task) => task), 1001, 2, slurm.clock.now()));
    const other = start(slurm, senderOf());
    await other.turn();
    expect(slurm.queued()).toBe(6);
    await expect(cancels.cancelSent({})).rejects.toMatchObject({ code: "set-forgotten" });
    await expect(cancels.run()).rejects.toMatchObject({ code: "set-forgotten" });
    expect(slurm.queued()).toBe(6);
  });
});

describe("a set that was cancelled", () => {
  /** Twelve tasks, of which a client that was killed has sent six. */
  async function cancelled(): Promise<SimulatedSlurm> {
    const slurm = simulateSlurm({ random: generator(9), mostQueued: 6, endOf: () => "COMPLETED", lossRate: 0 });
    await slurm.files.append(0, defined(Array.from({ length: 12 }, (_, task) => task), 1001, 2, slurm.clock.now()));
    const killed = start(slurm, senderOf());
    await killed.turn();
    killed.stop();
    await slurm.files.append(slurm.records.length, { kind: "cancelled", madeAtSeconds: 0 });
    return slurm;
  }

  it("has its arrays searched once a turn", async () => {
    const slurm = await cancelled();
    await start(slurm, undefined).run();
    const context = slurm.connect();
    const searches: number[] = [];
    const findSubmitted: typeof context.findSubmitted = (keys, options) => {
      searches.push(keys.length);
      return context.findSubmitted(keys, options);
    };
    const runner = createSetRunner({ ...context, findSubmitted }, { identity: { key: "k", namespace: undefined }, files: slurm.files, records: slurm.records, sender: undefined, tell: () => undefined });
    await runner.turn();
    await runner.looked();
    expect(searches).toEqual([3]);
    // Its jobs have ended: one turn finds that out.
    await runner.run();
    expect(searches).toEqual([3, 3]);
    expect([runner.state.progress().ended["not-submitted"], slurm.queued()]).toEqual([6, 0]);
  });

  it("is not at its end in a turn that began before: what that was sending may still turn up", async () => {
    const slurm = await cancelled();
    await start(slurm, undefined).run();
    const context = slurm.connect();
    let searches = 0;
    let isRead = false;
    const findSubmitted: typeof context.findSubmitted = async (keys, options) => {
      if (options.inSlurm === true) searches++;
      // By then all that was sent has ended; and an answer to another client was lost.
      else isRead = runner.state.arrays.filter(({ watched }) => watched?.track.outcome !== undefined).length === 3;
      return keys.map(() => ({ kind: searches < 3 ? "open" : "free" }));
    };
    const { files } = slurm;
    const readAfter: typeof files.readAfter = async (known, options) => (isRead ? files.readAfter(known, options) : []);
    const before = slurm.records.slice(0, slurm.records.findIndex(({ kind }) => kind === "cancelled"));
    const runner = createSetRunner({ ...context, findSubmitted }, { identity: { key: "k", namespace: undefined }, files: { ...files, readAfter }, records: before, sender: undefined, tell: () => undefined });
    await runner.run();
    expect(searches).toBe(3);
  });

  it("is not written down as ended while another client may be sending what is held back", async () => {
    const slurm = await cancelled();
    const first = start(slurm, senderOf());
    await first.run();
    expect(slurm.records.some(({ kind }) => kind === "ended")).toBe(false);
    await slurm.clock.sleep(slurm.connect().patience.settleMs);
    await first.run();
    expect(slurm.records.at(-1)).toMatchObject({ kind: "ended" });
  });
});

const asKind: Readonly<Record<SimulatedEnd, string>> = { COMPLETED: "completed", FAILED: "failed", OUT_OF_MEMORY: "out-of-memory", NODE_FAIL: "node-failure" };
const endOfTask = (...args: Parameters<typeof endOf>): string | undefined => endOf(...args)?.kind;
