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
  const measured = all.flatMap((each) => {
    const value = figure(each);
    return value === undefined ? [] : [{ value, from: each.startedAtSeconds ?? -Infinity, to: each.endedAtSeconds ?? Infinity }];
  });
  if (measured.length === 0) return undefined;
  // The most is reached when one begins. Times are whole seconds: what ends in the second in which another begins may have ended before.
  const isThere = (at: number) => ({ from, to }: { readonly from: number; readonly to: number }) => from <= at && (to > at || from === at);
  return Math.max(...measured.map(({ from }) => measured.filter(isThere(from)).reduce((sum, { value }) => sum + value, 0)));
}
