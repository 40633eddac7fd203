/** A run of indices, both ends included. */
export interface IndexRange {
  readonly first: number;
  readonly last: number;
}

/** Indices as ascending runs that neither touch nor overlap: an array of a million tasks that wait is one run. */
export type IndexRanges = readonly IndexRange[];

/** Slurm's own bound on MaxArraySize. */
const mostIndices = 4_000_001;

/**
 * Reads the tasks of an array as Slurm's tools write them: `3`, `0-7,12%2`, `[2-7,12-17%56]`, `0-20:5`. The count of tasks at once
 * is dropped.
 * @throws RangeError for anything else, a list that was cut (`1,3,...`) too.
 */
export function parseIndexRanges(text: string): IndexRanges {
  const runs: IndexRange[] = [];
  for (const part of text.replace(/^\[(.*)\]$/, "$1").replace(/%\d+$/, "").split(",")) {
    const match = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part);
    const [first, last, step] = [match?.[1], match?.[2] ?? match?.[1], match?.[3] ?? "1"].map(Number) as [number, number, number];
    if (last >= mostIndices) throw new RangeError(`the highest index of any cluster is ${mostIndices - 1} (of this one MaxArraySize says it), not ${last}`);
    if (match === null || last < first || step < 1) throw new RangeError(`${JSON.stringify(part)} is no index and no range: write "0-15" or "1,3,5-9:2"`);
    if (step === 1) runs.push({ first, last });
    else for (let index = first; index <= last; index += step) runs.push({ first: index, last: index });
  }
  return joined(runs);
}

/** The indices of what {@link parseIndexRanges} reads, ascending, each once. */
export const parseIndexList = (text: string): readonly number[] => [...eachIndex(parseIndexRanges(text))];

/** Writes indices as short as Slurm does: `0-3,7`. */
export const formatIndexList = (indices: readonly number[]): string => formatIndexRanges(rangesOf(indices));

/** Writes `0-3,7`. */
export const formatIndexRanges = (ranges: IndexRanges): string => ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(",");

export const rangesOf = (indices: readonly number[]): IndexRanges => joined(indices.map((index) => ({ first: index, last: index })));

/** Whether some index is in both. */
export const haveCommon = (some: IndexRanges, others: IndexRanges): boolean => some.some(({ first, last }) => others.some((other) => other.first <= last && first <= other.last));

export const includesIndex = (ranges: IndexRanges, index: number): boolean => ranges.some(({ first, last }) => first <= index && index <= last);

export const countIndices = (ranges: IndexRanges): number => ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);

export const joinRanges = (all: readonly IndexRanges[]): IndexRanges => joined(all.flat());

export function* eachIndex(ranges: IndexRanges): Generator<number> {
  for (const { first, last } of ranges) for (let index = first; index <= last; index++) yield index;
}

/** What is in `ranges` and not in `removed`. Costs as much as there are runs, not indices. */
export function subtractRanges(ranges: IndexRanges, removed: IndexRanges): IndexRanges {
  const left: IndexRange[] = [];
  let at = 0;
  for (const { first, last } of ranges) {
    let from = first;
    while (at < removed.length && (removed[at]?.last ?? 0) < from) at++;
    for (let next = at; next < removed.length; next++) {
      const cut = removed[next];
      if (cut === undefined || cut.first > last) break;
      if (cut.first > from) left.push({ first: from, last: cut.first - 1 });
      from = Math.max(from, cut.last + 1);
    }
    if (from <= last) left.push({ first: from, last });
  }
  return left;
}

function joined(runs: readonly IndexRange[]): IndexRanges {
  const found: { first: number; last: number }[] = [];
  for (const { first, last } of [...runs].sort((one, other) => one.first - other.first)) {
    const before = found.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else found.push({ first, last });
  }
  return found;
}
