import { randomInt } from "node:crypto";
import { row, type BenchmarkRow } from "../../bench/benchmark.js";
import { parseSeries } from "../../cluster/src/index.js";
import { openSubmissionGround } from "./ground.js";
import { submitThroughFaults } from "./rounds.js";

const submissions = Number(process.env["HPCKIT_SOAK_SUBMISSIONS"] ?? 2000);
const seed = Number(process.env["HPCKIT_SOAK_SEED"] ?? randomInt(2 ** 31));
const series = parseSeries(process.env["HPCKIT_SERIES"] ?? "24.11");

const way = process.env["HPCKIT_SOAK_WAY"] === "rest" ? "rest" : "command-line";

/**
 * Submissions on a real cluster through everything that goes wrong around sbatch: two clients submit the same keys at once, as from two login
 * hosts, and are killed; connections are cut at random bytes; login nodes die; controllers time out, and queue the job or not, or much later.
 * `HPCKIT_SOAK_SUBMISSIONS`, `HPCKIT_SOAK_SEED` and `HPCKIT_SERIES` choose how many, where, and on which Slurm; `HPCKIT_SOAK_WAY=rest` that they go over slurmrestd.
 */
export async function soakSubmissions(onRow: (measured: BenchmarkRow) => void): Promise<void> {
  console.error(`seed ${seed}, ${submissions} submissions on Slurm ${series}, by ${way}`);
  await using ground = await openSubmissionGround(series, way);
  const report = await submitThroughFaults(ground, { submissions, seed });
  onRow(row("submissions", report.submissions, ""));
  for (const [fault, count] of report.faults) onRow(row(`… ${fault}`, count, ""));
  onRow(row("clients killed", report.killed, ""));
  onRow(row("connections cut", report.cuts, ""));
  onRow(row("sbatch accepted more than one job of a key", report.doubled.length, ""));
  onRow(row("keys executed more than once", report.executedTwice.length, "", 0));
  onRow(row("keys never executed", report.neverExecuted.length, "", 0));
  onRow(row("keys without a handle", report.withoutHandle.length, "", 0));
  onRow(row("jobs left in the queue", report.left.length, "", 0));
  for (const each of [...report.executedTwice, ...report.neverExecuted, ...report.withoutHandle, ...report.left]) console.error(`  ${each}`);
}
