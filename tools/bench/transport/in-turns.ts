import { median } from "../benchmark.js";

const rounds = 3;

/** Every way once in each round, so that what changes on the machine changes for all; the median of each. */
export async function inTurns(ways: Readonly<Record<string, () => Promise<unknown>>>): Promise<Readonly<Record<string, number>>> {
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const begin = performance.now();
      await way();
      times.set(name, [...(times.get(name) ?? []), performance.now() - begin]);
    }
  }
  return Object.fromEntries([...times].map(([name, each]) => [name, median(each)]));
}
