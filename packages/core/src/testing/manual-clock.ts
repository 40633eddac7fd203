import type { Clock } from "../clock/clock.js";
import { AbortedError } from "../error/errors.js";

/** A clock that jumps: a sleep ends at once, and time has passed. */
export interface ManualClock extends Clock {
  /** Milliseconds of each sleep so far. */
  readonly sleeps: readonly number[];
  advance(milliseconds: number): void;
}

export function manualClock(startMs = 0): ManualClock {
  let now = startMs;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    sleep: async (milliseconds, { signal } = {}) => {
      if (signal?.aborted === true) throw new AbortedError("the wait was aborted", { cause: signal.reason });
      sleeps.push(milliseconds);
      now += milliseconds;
      await new Promise(setImmediate);
    },
  };
}
