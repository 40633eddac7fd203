import { getEventListeners } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { systemClock } from "../clock/clock.js";
import { onAbort } from "./on-abort.js";

describe("what waits for a signal", () => {
  it("is told once, in order, and not after it has ended", () => {
    const caller = new AbortController();
    const told: string[] = [];
    onAbort(caller.signal, () => told.push("one"));
    const end = onAbort(caller.signal, () => told.push("two"));
    const same = (): void => void told.push("same");
    const endSame = onAbort(caller.signal, same);
    onAbort(caller.signal, same);
    end();
    endSame();
    caller.abort();
    caller.abort();
    expect(told).toEqual(["one", "same"]);
    onAbort(caller.signal, () => told.push("late"));
    onAbort(undefined, () => told.push("never"))();
    expect(told).toEqual(["one", "same", "late"]);
  });

  it("may end another while it is told", () => {
    const caller = new AbortController();
    const act = vi.fn();
    onAbort(caller.signal, () => end());
    const end = onAbort(caller.signal, act);
    caller.abort();
    expect(act).not.toHaveBeenCalled();
  });

  it("leaves no listener behind when nobody waits any more", () => {
    const caller = new AbortController();
    const told: number[] = [];
    const ends = [1, 2].map((index) => onAbort(caller.signal, () => told.push(index)));
    ends[0]?.();
    expect(getEventListeners(caller.signal, "abort")).toHaveLength(1);
    ends[1]?.();
    ends[1]?.();
    expect(getEventListeners(caller.signal, "abort")).toEqual([]);
    onAbort(caller.signal, () => told.push(3));
    ends[1]?.();
    caller.abort();
    expect(told).toEqual([3]);
  });

  it("shares one listener, sleeps of the clock too, and none warns", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    const caller = new AbortController();
    const sleeps = Array.from({ length: 5000 }, () => systemClock.sleep(60_000, { signal: caller.signal }).catch((error: unknown) => error));
    expect(getEventListeners(caller.signal, "abort")).toHaveLength(1);
    caller.abort();
    expect((await Promise.all(sleeps)).every((error) => error instanceof Error)).toBe(true);
    await new Promise(setImmediate);
    process.off("warning", warned);
    expect(warned).not.toHaveBeenCalled();
  });
});
