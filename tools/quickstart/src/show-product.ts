import { readFile } from "node:fs/promises";
import { join } from "node:path";

const rowsShown = 5;

/** The first rows of the product, in columns that stand one below the other. */
export async function showProduct(folder: string): Promise<string> {
  const [header = "", ...rows] = (await readFile(join(folder, "monthly.csv"), "utf8")).trim().split("\n");
  const shown = alignColumns([header, ...rows.slice(0, rowsShown)].map((row) => row.split(",")));
  return [...shown, `… and ${rows.length - rowsShown} more months in ${join(folder, "monthly.csv")}`, `the plot: ${join(folder, "monthly.svg")}`]
    .map((line) => `    ${line}\n`)
    .join("");
}

function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => row.map((cell, column) => cell.padStart(width(column))).join("  "));
}
