/**
 * When to look next: 1, 2, 4 … s after something new, then every interval; after failures ever more rarely. Something new starts
 * the fast looks again at most once in an interval, so that a busy client still keeps the site's manners.
 */
export interface PollSchedule {
  /** Milliseconds until the next look. */
  nextDelayMs(): number;
  /** A job was added, or began to end. True if looks become more frequent. */
  somethingNew(nowMs: number): boolean;
  succeeded(): void;
  failed(): void;
}

const firstDelayMs = 1000;
const longestDelayMs = 300_000;

/** @param intervalMs - the longest time between two looks while all goes well. */
export function createPollSchedule(intervalMs: number): PollSchedule {
  let step = 0;
  let failures = 0;
  let freshAtMs = -Infinity;
  return {
    nextDelayMs: () => {
      const base = Math.min(firstDelayMs, intervalMs);
      if (failures > 0) return Math.min(Math.max(longestDelayMs, intervalMs), base * 2 ** failures);
      return Math.min(intervalMs, base * 2 ** step++);
    },
    somethingNew: (nowMs) => {
      if (nowMs - freshAtMs < intervalMs) return false;
      freshAtMs = nowMs;
      step = 0;
      return failures === 0;
    },
    succeeded: () => {
      failures = 0;
    },
    failed: () => {
      failures++;
    },
  };
}
