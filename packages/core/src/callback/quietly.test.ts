import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from "vitest";
import { quietCallback } from "./quietly.js";

/** Vitest fails where a rejection is handled by nobody. */
describe("a callback of the caller's", () => {
  let warned: MockInstance<typeof process.emitWarning>;
  beforeEach(() => void (warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined)));
  afterEach(() => void vi.restoreAllMocks());

  it("is told everything, as it was given", () => {
    const told: unknown[][] = [];
    const tell = quietCallback("onTrouble of connectSlurm", (...all: [string, number]) => told.push(all));
    tell("a", 1);
    tell("b", 2);
    expect(told).toEqual([["a", 1], ["b", 2]]);
    expect(warned).not.toHaveBeenCalled();
  });

  it.each([
    ["throws", () => { throw new Error("no room"); }],
    ["is rejected later", () => Promise.reject(new Error("no room"))],
  ])("that %s harms nobody, and is warned of once", async (_, fail) => {
    const calls = vi.fn(fail);
    const tell = quietCallback("onTrouble of connectSlurm", calls);
    tell();
    tell();
    await delay(0);
    expect(calls).toHaveBeenCalledTimes(2);
    expect(warned.mock.calls).toEqual([["onTrouble of connectSlurm has failed: no room", expect.objectContaining({ code: "HPCKIT_OBSERVER_FAILED" })]]);
  });
});
