/** A line that only one of two texts has. */
export interface ChangedLine {
  readonly kind: "added" | "removed";
  /** Its place in its own text, from 0. */
  readonly index: number;
}

/** More lines than this are compared only at both ends. */
const mostCompared = 1000;

/** What must be removed and added to make one text of another: the fewest lines, but for long texts. */
export function compareLines(old: readonly string[], wanted: readonly string[]): readonly ChangedLine[] {
  let start = 0;
  while (start < Math.min(old.length, wanted.length) && old[start] === wanted[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, wanted.length) - start && old[old.length - 1 - end] === wanted[wanted.length - 1 - end]) end++;
  const [oldEnd, wantedEnd] = [old.length - end, wanted.length - end];
  const isLong = Math.max(oldEnd, wantedEnd) - start > mostCompared;
  const common = isLong ? undefined : commonLengths(old.slice(start, oldEnd), wanted.slice(start, wantedEnd));
  const changes: ChangedLine[] = [];
  let [from, to] = [start, start];
  while (from < oldEnd || to < wantedEnd) {
    const length = (row: number, column: number): number => common?.[row - start]?.[column - start] ?? 0;
    if (from < oldEnd && to < wantedEnd && common !== undefined && old[from] === wanted[to]) {
      from++;
      to++;
    } else if (from < oldEnd && (to >= wantedEnd || length(from + 1, to) >= length(from, to + 1))) changes.push({ kind: "removed", index: from++ });
    else changes.push({ kind: "added", index: to++ });
  }
  return changes;
}

/** How many lines the rests of both texts have in common, from each pair of places on. */
function commonLengths(old: readonly string[], wanted: readonly string[]): readonly (readonly number[])[] {
  const lengths: number[][] = [Array.from({ length: wanted.length + 1 }, () => 0)];
  for (let row = old.length - 1; row >= 0; row--) {
    const below = lengths[0] ?? [];
    const current: number[] = Array.from({ length: wanted.length + 1 }, () => 0);
    for (let column = wanted.length - 1; column >= 0; column--) {
      current[column] = old[row] === wanted[column] ? (below[column + 1] ?? 0) + 1 : Math.max(below[column] ?? 0, current[column + 1] ?? 0);
    }
    lengths.unshift(current);
  }
  return lengths;
}
