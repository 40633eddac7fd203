/** One measured thing. `npm run bench -- NAME --json` prints a row a line, in this order of keys. */
export interface BenchmarkRow {
  /** What was measured, e.g. `import @hpckit/core`. */
  readonly work: string;
  readonly value: number;
  readonly unit: string;
  /** The most that is well, in the same unit; null where nothing was promised. */
  readonly bar: number | null;
  readonly holds: boolean | null;
}

/** What `tools/bench/NAME/index.ts` exports as `benchmark`. */
export type Benchmark = (onRow: (row: BenchmarkRow) => void) => Promise<void>;

export function row(work: string, value: number, unit: string, bar: number | null = null): BenchmarkRow {
  return { work, value, unit, bar, holds: bar === null ? null : value <= bar };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const value = Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2 : sorted[Math.floor(middle)];
  if (value === undefined || sorted.length === 0) throw new RangeError("no values to take the median of");
  return value;
}
