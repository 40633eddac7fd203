import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Benchmark, BenchmarkRow } from "./benchmark.js";

/**
 * Runs `FOLDER/NAME/index.ts`, NAME being the word on the command line, and prints its rows as they come. A bar that does not hold makes
 * the exit status 1.
 */
export async function runNamed(command: string, folder: string): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean", default: false } } });
  const [name = ""] = positionals;
  const known = readdirSync(folder).filter((each) => existsSync(join(folder, each, "index.ts")));
  if (!known.includes(name)) {
    console.error(`npm run ${command} -- NAME [--json], where NAME is ${known.join(", ")}`);
    process.exitCode = 1;
    return;
  }
  const { benchmark } = (await import(pathToFileURL(join(folder, name, "index.ts")).href)) as { readonly benchmark: Benchmark };
  await benchmark((row) => {
    console.log(values.json ? JSON.stringify(row) : renderRow(row));
    if (row.holds === false) process.exitCode = 1;
  });
}

function renderRow({ work, value, unit, bar, side, holds }: BenchmarkRow): string {
  const failing = side === "at least" ? "TOO LITTLE" : "TOO MUCH";
  const promise = bar === null ? "" : `  ${holds === true ? "holds" : failing} (${String(side)} ${shown(bar)})`;
  return `${work.padEnd(40)} ${shown(value).padStart(8)} ${unit.padEnd(8)}${promise}`;
}

const shown = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : 1 });
