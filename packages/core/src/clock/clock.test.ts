import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "./clock.js";

it("the system's clock lets the process end during a sleep that nobody waits for", async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const caller = new AbortController();
  const sleeps = [systemClock.sleep(60_000, { signal: caller.signal, unref: true }), systemClock.sleep(60_000, { signal: caller.signal })];
  expect(timers()).toBe(before + 1);
  caller.abort();
  await Promise.allSettled(sleeps);
});

describe("the system's clock", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const day = 86_400_000;

  it("sleeps for longer than a single timer can", async () => {
    const woken = vi.fn();
    const sleep = systemClock.sleep(60 * day).then(woken);
    await vi.advanceTimersByTimeAsync(60 * day - 1);
    expect(woken).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await sleep;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("goes on evenly when the time of day is set", () => {
    const before = systemClock.monotonic();
    vi.setSystemTime(Date.now() - day);
    vi.advanceTimersByTime(1500);
    expect(systemClock.monotonic() - before).toBe(1500);
  });

  it("sleeps until its signal fires", async () => {
    const caller = new AbortController();
    const sleep = systemClock.sleep(Infinity, { signal: caller.signal });
    await vi.advanceTimersByTimeAsync(60 * day);
    expect(vi.getTimerCount()).toBe(1);
    caller.abort("enough");
    await expect(sleep).rejects.toMatchObject({ code: "aborted", cause: "enough" });
    expect(vi.getTimerCount()).toBe(0);
    await expect(systemClock.sleep(1, { signal: caller.signal })).rejects.toMatchObject({ code: "aborted" });
  });
});
