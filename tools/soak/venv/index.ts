import { randomInt } from "node:crypto";
import { row, type Benchmark } from "../../bench/benchmark.js";
import { buildThroughKills, killings } from "./rounds.js";

const rounds = Number(process.env["HPCKIT_SOAK_ROUNDS"] ?? 24);
const askers = Number(process.env["HPCKIT_SOAK_ASKERS"] ?? 64);
const seed = Number(process.env["HPCKIT_SOAK_SEED"] ?? randomInt(2 ** 31));

/**
 * Many ask for one environment at once, with this machine's own Python and pip, and the one that builds it is killed with −9 at a
 * random moment: its shell alone, pip alone, or its whole group. `HPCKIT_SOAK_ROUNDS`, `HPCKIT_SOAK_ASKERS` and `HPCKIT_SOAK_SEED`
 * choose how often, how many, and when.
 */
export const benchmark: Benchmark = async (onRow) => {
  console.error(`seed ${seed}, ${rounds} rounds of ${askers}`);
  const report = await buildThroughKills({ rounds, askers, seed });
  onRow(row("asked", report.asked, ""));
  for (const kind of killings) onRow(row(`rounds, killed: ${kind}`, report.killed.get(kind) ?? 0, ""));
  onRow(row("environments", report.environments, ""));
  onRow(row("builds that succeeded beyond one each", report.builtTwice, "", 0));
  onRow(row("failures of those that were not killed", report.failures.length, "", 0));
  onRow(row("environments that are not whole", report.broken.length, "", 0));
  onRow(row("uploads of wheels beyond one a build", report.uploads - report.builds, "", 0));
  onRow(row("files left beside them", report.left.length, "", 0));
  onRow(row("longest wait of a round without a kill", report.longestQuietMs / 1000, "s"));
  for (const each of [...report.failures, ...report.broken, ...report.left]) console.error(`  ${each}`);
};
