import type { Clock } from "../clock/clock.js";
import { AbortedError } from "../error/errors.js";

/** A clock that jumps: a sleep ends at once, and time has passed. */
export interface ManualClock extends Clock {
  /** Milliseconds of each sleep so far. */
  readonly sleeps: readonly number[];
  advance(milliseconds: number): void;
  /** Sets the time of day forward, or back; no time has passed by it. */
  setForward(milliseconds: number): void;
}

export function manualClock(startMs = 0): ManualClock {
  let now = startMs;
  let setMs = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now + setMs,
    monotonic: () => now - startMs,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    setForward: (milliseconds) => {
      setMs += milliseconds;
    },
    sleep: async (milliseconds, { signal } = {}) => {
      if (signal?.aborted === true) throw new AbortedError("the wait was aborted", { cause: signal.reason });
      sleeps.push(milliseconds);
      now += milliseconds;
      await new Promise(setImmediate);
    },
  };
}
