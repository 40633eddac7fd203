/** One measured thing. `npm run bench -- NAME --json` prints a row a line, in this order of keys. */
export interface BenchmarkRow {
  /** What was measured, e.g. `import @hpckit/core`. */
  readonly work: string;
  readonly value: number;
  readonly unit: string;
  /** What was promised, in the same unit; null where nothing was. */
  readonly bar: number | null;
  /** Whether the bar is the most or the least that is well. */
  readonly side: "at most" | "at least" | null;
  readonly holds: boolean | null;
}

/** A bar from below: less is not well. */
export interface AtLeast {
  readonly atLeast: number;
}

/** What `tools/bench/NAME/index.ts` exports as `benchmark`. */
export type Benchmark = (onRow: (row: BenchmarkRow) => void) => Promise<void>;

/** @param bar - the most that is well, or `{ atLeast }`. */
export function row(work: string, value: number, unit: string, bar: number | AtLeast | null = null): BenchmarkRow {
  if (bar === null) return { work, value, unit, bar, side: null, holds: null };
  if (typeof bar === "number") return { work, value, unit, bar, side: "at most", holds: value <= bar };
  return { work, value, unit, bar: bar.atLeast, side: "at least", holds: value >= bar.atLeast };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const value = Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2 : sorted[Math.floor(middle)];
  if (value === undefined || sorted.length === 0) throw new RangeError("no values to take the median of");
  return value;
}
