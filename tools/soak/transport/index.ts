import { randomInt } from "node:crypto";
import { row, type Benchmark, type BenchmarkRow } from "../../bench/benchmark.js";
import { releaseCanaries } from "./canaries/release-canaries.js";
import { cutOperation } from "./cuts.js";
import { openFaultGround } from "./fault-ground.js";
import { longOperations, operations } from "./operations.js";
import { mostInAMinute, recoveries } from "./recovery.js";
import { loginShells, sendWords } from "./words.js";

const cuts = Number(process.env["HPCKIT_SOAK_CUTS"] ?? 200);
const seed = Number(process.env["HPCKIT_SOAK_SEED"] ?? randomInt(2 ** 31));

/**
 * On a real sshd: faults of the server, with the transports as they are by default; random words through four login shells;
 * secrets through every failure; and every
 * operation's connection cut at random bytes. `HPCKIT_SOAK_CUTS` and `HPCKIT_SOAK_SEED` choose how often and where.
 */
export const benchmark: Benchmark = async (onRow) => {
  await recover(onRow);
  console.error(`seed ${seed}, ${cuts} cuts of each operation`);
  for (const shell of Object.keys(loginShells) as (keyof typeof loginShells)[]) {
    const { sent, refused, changed, canaries } = await sendWords(shell, { words: 5000, names: 200, seed });
    onRow(row(`${shell}: words and names sent`, sent, ""));
    onRow(row(`${shell}: words refused`, refused, ""));
    onRow(row(`${shell}: changed on their way`, changed.length, "", 0));
    onRow(row(`${shell}: canaries`, canaries.length, "", 0));
    for (const each of [...changed, ...canaries]) console.error(`  ${each}`);
  }
  const { calls, looked, seen, succeeded } = await releaseCanaries({ seed, extent: "long" });
  onRow(row("secrets: failing calls", calls, ""));
  onRow(row("secrets: texts looked through", looked, ""));
  onRow(row("secrets: seen", seen.length, "", 0));
  onRow(row("secrets: calls that did not fail", succeeded.length, "", 0));
  for (const each of [...seen, ...succeeded]) console.error(`  ${each}`);
  await using ground = await openFaultGround();
  for (const operation of [...operations, ...longOperations]) {
    const { longestWaitMs, successes, ...report } = await cutOperation(ground, operation, { cuts, seed });
    const faults = { hangs: report.hangs, "false successes": report.falseSuccesses, "broken files": report.brokenFiles, "strange errors": report.strangeErrors, leftovers: report.leftovers };
    onRow(row(`${operation.name}: cuts`, report.cuts, ""));
    onRow(row(`${operation.name}: right in spite of it`, successes, ""));
    for (const [what, found] of Object.entries(faults)) {
      onRow(row(`${operation.name}: ${what}`, found.length, "", 0));
      for (const each of found) console.error(`  ${each}`);
    }
    onRow(row(`${operation.name}: longest wait for the error`, longestWaitMs / 1000, "s", 50));
  }
};

async function recover(onRow: (row: BenchmarkRow) => void): Promise<void> {
  for (const [fault, run] of Object.entries(recoveries)) {
    const { errorAfterMs, worksAfterMs, logins, faults } = await run();
    if (errorAfterMs !== undefined) onRow(row(`${fault}: longest wait for the error`, errorAfterMs / 1000, "s", 50));
    if (worksAfterMs !== undefined) onRow(row(`${fault}: works again after its end`, worksAfterMs / 1000, "s", 60));
    onRow(row(`${fault}: logins`, logins.length, ""));
    onRow(row(`${fault}: logins in any minute`, mostInAMinute(logins), "", 4));
    onRow(row(`${fault}: what went wrong`, faults.length, "", 0));
    for (const each of faults) console.error(`  ${each}`);
  }
}
