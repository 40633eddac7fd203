import { systemClock, type Transport } from "@hpckit/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pushQueue } from "../concurrency/push-queue.js";
import { scriptedContext, scriptedSlurm, type ScriptedLook } from "../fixtures/scripted-slurm.js";
import { createJob } from "../job/create-job.js";
import { createWatcher } from "./job-watcher.js";
import { completePatience } from "./patience.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date", "performance", "setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface SimulatedArray {
  /** When each task begins and ends. Milliseconds. */
  readonly tasks: readonly { readonly startMs: number; readonly endMs: number }[];
  /** How long after a ring Slurm shows what it tells of. */
  readonly behindMs?: number;
  /** Rings that nobody hears. */
  readonly lost?: (task: number, what: "start" | "end") => boolean;
}

/** Watches an array with a bell. @returns how much later than its last task's end its own is known, and what that took. */
async function simulate({ tasks, behindMs = 50, lost = () => false }: SimulatedArray): Promise<{ readonly lateMs: number; readonly squeues: number }> {
  const beganAtMs = performance.now();
  const stateAt = ({ startMs, endMs }: SimulatedArray["tasks"][number]): string => {
    const nowMs = performance.now() - beganAtMs - behindMs;
    return nowMs >= endMs ? "COMPLETED" : nowMs >= startMs ? "RUNNING" : "PENDING";
  };
  let squeues = 0;
  const look: ScriptedLook = {
    get queue() {
      squeues++;
      return tasks.map((each, task) => ({ task: String(task), state: stateAt(each), submittedAt: String(reference.submittedAtSeconds) }));
    },
    get accounting() {
      return tasks.map((each, task) => ({ jobId: `7_${task}`, state: stateAt(each), submittedAt: String(reference.submittedAtSeconds) }));
    },
  };
  const rings = pushQueue<string>();
  for (const [task, { startMs, endMs }] of tasks.entries()) {
    if (!lost(task, "start")) setTimeout(() => rings.push(`7 ${10 + task} 0 start\n`), startMs);
    if (!lost(task, "end")) setTimeout(() => rings.push(`7 ${10 + task} 0 end\n`), endMs);
  }
  const transport = scriptedSlurm([look]);
  const stream: Transport["stream"] = () => ({ ...transport.stream(["true"]), [Symbol.asyncIterator]: () => rings.items() });
  const context = { ...scriptedContext({ ...transport, stream }), clock: systemClock, bell: true };
  const watcher = createWatcher(context, { pollIntervalMs: 30_000, patience: completePatience(), onTrouble: () => undefined });
  const reference = { id: "7", cluster: "test", submittedAtSeconds: Math.floor(Date.now() / 1000), tasks: tasks.map((_, task) => task) };
  let endedAtMs: number | undefined;
  void createJob(context, watcher, reference, async () => undefined).done().then(() => (endedAtMs = performance.now() - beganAtMs));
  while (endedAtMs === undefined) await vi.advanceTimersByTimeAsync(10);
  return { lateMs: endedAtMs - Math.max(...tasks.map(({ endMs }) => endMs)), squeues };
}

/** Two at a time, each for two seconds. */
const pairs = Array.from({ length: 6 }, (_, task) => ({ startMs: 500 + 2500 * Math.floor(task / 2), endMs: 2500 + 2500 * Math.floor(task / 2) }));
const oneASecond = Array.from({ length: 30 }, (_, task) => ({ startMs: 500, endMs: 1500 + 1000 * task }));

describe("the end of an array that rings", () => {
  it("is known within a second", async () => {
    const { lateMs, squeues } = await simulate({ tasks: pairs });
    expect(lateMs).toBeLessThan(1000);
    expect(squeues).toBeLessThanOrEqual(12);
  });

  it("is known soon after many rings, by a bounded number of looks", async () => {
    const { lateMs, squeues } = await simulate({ tasks: oneASecond });
    expect(lateMs).toBeLessThan(2500);
    expect(squeues).toBeLessThanOrEqual(16 + 6);
  });

  it("is known soon where Slurm shows it later than the ring was heard", async () => {
    expect((await simulate({ tasks: pairs.slice(0, 2), behindMs: 800 })).lateMs).toBeLessThan(1500);
    expect((await simulate({ tasks: pairs, behindMs: 800 })).lateMs).toBeLessThan(6000);
  });

  it("is known soon where the last rings were lost", async () => {
    expect((await simulate({ tasks: pairs, lost: (task, what) => task >= 4 && what === "end" })).lateMs).toBeLessThan(5000);
    expect((await simulate({ tasks: pairs, lost: (task) => task % 2 === 1 })).lateMs).toBeLessThan(1000);
  });
});
