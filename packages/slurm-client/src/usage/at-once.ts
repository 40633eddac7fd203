/** Something that took a time. Seconds since the epoch; what has no end goes on, and of what has no beginning nothing is known. */
export interface Lasting {
  readonly startedAtSeconds: number | undefined;
  readonly endedAtSeconds: number | undefined;
}

/**
 * The most that all had together at one time, if each had its own figure all the while: never less than what it was. Undefined if nothing is
 * known of any. Pure.
 */
export function mostAtOnce<Each extends Lasting>(all: readonly Each[], figure: (each: Each) => number | undefined): number | undefined {
  const changes = all.flatMap((each) => {
    const value = figure(each);
    const { startedAtSeconds: from = -Infinity, endedAtSeconds: to = Infinity } = each;
    // Times are whole seconds: what began and ended within one was there for a part of it.
    return value === undefined ? [] : [{ at: from, by: value }, { at: Math.max(to, from + 0.5), by: -value }];
  });
  if (changes.length === 0) return undefined;
  // What ends in the second in which another begins may have ended before.
  changes.sort((one, other) => (one.at === other.at ? one.by - other.by : one.at < other.at ? -1 : 1));
  let together = 0;
  let most = 0;
  for (const { by } of changes) most = Math.max(most, (together += by));
  return most;
}
