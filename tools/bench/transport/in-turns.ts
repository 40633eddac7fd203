import { median } from "../benchmark.js";

const rounds = 3;

/**
 * Every way once in each round, so that what changes on the machine changes for all; the median of each. Each round begins with another one:
 * what a way leaves behind, in memory and on the disk, is not always met by the same.
 * @param between - done after each, and not counted: what a way must not leave behind.
 */
export async function inTurns(ways: Readonly<Record<string, () => Promise<unknown>>>, between: () => Promise<unknown> = () => Promise.resolve()): Promise<Readonly<Record<string, number>>> {
  const times = new Map<string, number[]>();
  const all = Object.entries(ways);
  for (let round = 0; round < rounds; round++) {
    const first = Math.floor((round * all.length) / rounds);
    for (const [name, way] of [...all.slice(first), ...all.slice(0, first)]) {
      const begin = performance.now();
      await way();
      times.set(name, [...(times.get(name) ?? []), performance.now() - begin]);
      await between();
    }
  }
  return Object.fromEntries([...times].map(([name, each]) => [name, median(each)]));
}
