import { randomInt } from "node:crypto";
import fc from "fast-check";
import { fuzzed, misread } from "../../../packages/slurm-client/src/fixtures/fuzzed-parsers.js";
import { row, type BenchmarkRow } from "../../bench/benchmark.js";

const runs = Number(process.env["HPCKIT_SOAK_TEXTS"] ?? 1_000_000);
const seed = Number(process.env["HPCKIT_SOAK_SEED"] ?? randomInt(2 ** 31));

/** A million texts that real Slurms printed, each cut, changed or added to. */
export function soakParsers(onRow: (row: BenchmarkRow) => void): void {
  console.error(`seed ${seed}`);
  const wrong: string[] = [];
  let read = 0;
  fc.assert(
    fc.property(fuzzed, (each) => {
      read++;
      const why = misread(each);
      if (why !== undefined && wrong.length < 20) wrong.push(`${each.parser.name}: ${why}: ${JSON.stringify([each.rows, each.mutation])}`);
    }),
    { numRuns: runs, seed },
  );
  onRow(row("fuzzed texts", read, ""));
  onRow(row("fuzzed texts that were misread", wrong.length, "", 0));
  for (const each of wrong) console.error(`  ${each}`);
}
