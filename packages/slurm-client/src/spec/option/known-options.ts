import type { SlurmVersion } from "../../cluster/slurm-version.js";
import { optionRows } from "./option-table.js";
import { missingIn, type ReleaseRange } from "../../cluster/release.js";
import { unofferedOptions } from "./unoffered-options.js";

/** Every option of sbatch from 22.05 to 26.05, and when there was it. */
export const knownOptions: ReadonlyMap<string, ReleaseRange> = new Map<string, ReleaseRange>([
  ...optionRows.flatMap(([, row]) => row.names.map((name) => [name, row] as const)),
  ...Object.entries(unofferedOptions),
]);

/** The options that a version of sbatch takes a word for: the one of that name, or all that begin with it. */
export function optionsMeant(name: string, version: SlurmVersion): readonly string[] {
  const there = [...knownOptions].filter(([, range]) => missingIn(range, version) === undefined).map(([known]) => known);
  return there.includes(name) ? [name] : there.filter((known) => known.startsWith(name));
}
