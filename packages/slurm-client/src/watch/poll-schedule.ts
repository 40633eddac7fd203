/**
 * When to look next: 1, 2, 4 … s after something new, then every interval, then ever more rarely, the longer nothing has
 * changed: the end of a job that has run for hours may be told minutes later. After failures ever more rarely. Something
 * new starts the fast looks again at most once in an interval, so that a busy client still keeps the site's manners.
 */
export interface PollSchedule {
  /** Milliseconds until the next look. */
  nextDelayMs(nowMs: number): number;
  /** A job was added, or begins to end. True if looks become more frequent. */
  somethingNew(nowMs: number): boolean;
  /** A job has changed: none of them is quiet. */
  changed(nowMs: number): void;
  succeeded(): void;
  failed(): void;
}

export interface PollManners {
  /** Between two looks while all goes well and jobs are young. */
  readonly intervalMs: number;
  /** The least time between two looks, whatever happens. */
  readonly floorMs: number;
}

const firstDelayMs = 1000;
const longestFailureDelayMs = 300_000;
/** How much rarer than the interval looks at quiet jobs become. */
const quietFactor = 4;
/** Looks at jobs that have been quiet for so long are this part of it apart: 40 minutes of quiet give 2 minutes. */
const quietPart = 1 / 20;

export function createPollSchedule({ intervalMs, floorMs }: PollManners): PollSchedule {
  const base = Math.min(firstDelayMs, intervalMs);
  let step = 0;
  let failures = 0;
  let burstAtMs = -Infinity;
  let newsAtMs: number | undefined;

  function wantedMs(nowMs: number): number {
    if (failures > 0) return Math.min(Math.max(longestFailureDelayMs, intervalMs), base * 2 ** failures);
    const quietMs = (nowMs - (newsAtMs ?? nowMs)) * quietPart;
    return Math.min(Math.max(intervalMs, Math.min(quietMs, intervalMs * quietFactor)), base * 2 ** step++);
  }

  return {
    nextDelayMs: (nowMs) => Math.max(floorMs, wantedMs(nowMs)),
    somethingNew: (nowMs) => {
      newsAtMs = nowMs;
      if (nowMs - burstAtMs < intervalMs) return false;
      burstAtMs = nowMs;
      step = 0;
      return failures === 0;
    },
    changed: (nowMs) => {
      newsAtMs = nowMs;
    },
    succeeded: () => {
      failures = 0;
    },
    failed: () => {
      failures++;
    },
  };
}
