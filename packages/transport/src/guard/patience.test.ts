import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { patience } from "./patience.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("the clock stands still while it is paused, and stays stopped once it is over", () => {
  const onOver = vi.fn();
  const clock = patience(1_000, onOver);
  vi.advanceTimersByTime(600);
  const resume = clock.pause();
  vi.advanceTimersByTime(60_000);
  resume();
  vi.advanceTimersByTime(399);
  expect(onOver).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2);
  expect(onOver).toHaveBeenCalledOnce();

  using endless = patience(Infinity, () => expect.fail("there is no limit"));
  endless.pause()();
  vi.advanceTimersByTime(1_000);

  const done = patience(1_000, onOver);
  const late = done.pause();
  done[Symbol.dispose]();
  late();
  vi.advanceTimersByTime(5_000);
  expect(onOver).toHaveBeenCalledOnce();
});
