import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { Benchmark, BenchmarkRow } from "./benchmark.js";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean", default: false } } });
const [name = ""] = positionals;
const entry = join(import.meta.dirname, name, "index.ts");
const known = readdirSync(import.meta.dirname).filter((folder) => existsSync(join(import.meta.dirname, folder, "index.ts")));

if (known.includes(name)) await measure();
else {
  console.error(`npm run bench -- NAME [--json], where NAME is ${known.join(", ")}`);
  process.exitCode = 1;
}

/** Rows come one by one, and a bar that does not hold makes the exit status 1. */
async function measure(): Promise<void> {
  const { benchmark } = (await import(pathToFileURL(entry).href)) as { readonly benchmark: Benchmark };
  await benchmark((row) => {
    console.log(values.json ? JSON.stringify(row) : renderRow(row));
    if (row.holds === false) process.exitCode = 1;
  });
}

function renderRow({ work, value, unit, bar, holds }: BenchmarkRow): string {
  const promise = bar === null ? "" : `  ${holds === true ? "holds" : "TOO MUCH"} (at most ${shown(bar)})`;
  return `${work.padEnd(40)} ${shown(value).padStart(8)} ${unit.padEnd(8)}${promise}`;
}

const shown = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : 1 });
