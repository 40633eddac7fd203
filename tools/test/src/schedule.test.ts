import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { runStages } from "./schedule.js";
import { nothing, type Outcome, type Stage } from "./stage.js";

const passed: Outcome = { ...nothing, passed: 1 };
const failed: Outcome = { ...nothing, failed: [{ title: "x", text: "broken" }] };

/** Runs stages and says in which order they began and ended. */
async function trace(stages: readonly Stage[], lanes = 2): Promise<{ readonly outcome: Outcome; readonly events: readonly string[] }> {
  const events: string[] = [];
  const outcome = await runStages(stages, {
    lanes,
    signal: new AbortController().signal,
    onStart: ({ name }) => events.push(`+${name}`),
    onEnd: ({ name }) => events.push(`-${name}`),
  });
  return { outcome, events };
}

function stage(name: string, ms: number, options: Partial<Stage> = {}, outcome: Outcome = passed): Stage {
  return { name, run: async () => sleep(ms).then(() => outcome), ...options };
}

describe("runStages", () => {
  it("runs as many at once as there are lanes", async () => {
    const { events } = await trace([stage("a", 20), stage("b", 60), stage("c", 10)]);
    expect(events).toEqual(["+a", "+b", "-a", "+c", "-c", "-b"]);
  });

  it("starts a stage that only waits beside full lanes", async () => {
    const { events } = await trace([stage("a", 20), stage("b", 40), stage("w", 80, { lanes: 0 })]);
    expect(events.slice(0, 3)).toEqual(["+a", "+b", "+w"]);
  });

  it("gives a stage the machine to itself, in its turn", async () => {
    const { events } = await trace([stage("a", 20), stage("alone", 20, { lanes: 2 }), stage("c", 10)]);
    expect(events).toEqual(["+a", "-a", "+alone", "-alone", "+c", "-c"]);
  });

  it("waits for what a stage needs", async () => {
    const { events } = await trace([stage("b", 10, { needs: ["a"] }), stage("a", 10)]);
    expect(events).toEqual(["+a", "-a", "+b", "-b"]);
  });

  it("skips what needs a stage that failed, and all behind it, but nothing else", async () => {
    const { outcome, events } = await trace([stage("a", 5, {}, failed), stage("b", 5, { needs: ["a"] }), stage("c", 5, { needs: ["b"] }), stage("d", 5)]);
    expect(events.filter((event) => event.startsWith("+"))).toEqual(["+a", "+d"]);
    expect(outcome.skipped).toEqual([
      { title: "b", text: 'it needs "a", which failed' },
      { title: "c", text: 'it needs "b", which was skipped' },
    ]);
    expect(outcome).toMatchObject({ passed: 1, failed: [{ text: "broken" }] });
  });

  it("counts a need that was not chosen as met", async () => {
    expect((await trace([stage("b", 1, { needs: ["a"] })])).outcome.passed).toBe(1);
  });

  it("counts a stage that throws as failed", async () => {
    const { outcome } = await trace([{ name: "a", run: async () => Promise.reject(new Error("no disk")) }]);
    expect(outcome.failed[0]?.text).toContain("no disk");
  });

  it("refuses stages that need each other", async () => {
    await expect(trace([stage("a", 1, { needs: ["b"] }), stage("b", 1, { needs: ["a"] })])).rejects.toThrow("need each other: a, b");
  });
});
