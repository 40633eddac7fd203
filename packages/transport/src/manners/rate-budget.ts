const minuteMs = 60_000;
/** Times that are over are dropped so many at once. */
const droppedTogether = 1_000;

/** What was done in the last 60 seconds, and when there is room for more. Times are milliseconds of one clock. */
export interface RateBudget {
  record(atMs: number): void;
  /** How many fall into the 60 seconds before. */
  countAt(nowMs: number): number;
  /** Milliseconds until one more keeps to the limit in any 60 seconds; 0 for now. */
  waitMs(nowMs: number, perMinute: number): number;
}

export function rateBudget(): RateBudget {
  const times: number[] = [];
  let first = 0;

  function countAt(nowMs: number): number {
    for (let time = times[first]; time !== undefined && time <= nowMs - minuteMs; time = times[first]) first++;
    if (first >= droppedTogether) {
      times.splice(0, first);
      first = 0;
    }
    return times.length - first;
  }

  return {
    countAt,
    record(atMs) {
      times.push(atMs);
      countAt(atMs);
    },
    waitMs(nowMs, perMinute) {
      if (countAt(nowMs) < perMinute) return 0;
      return (times[times.length - perMinute] ?? 0) + minuteMs - nowMs;
    },
  };
}
