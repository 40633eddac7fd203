import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Compares the table with the record that went in.
 * @throws Error if a day is missing, or the plot is none.
 */
export async function verifyProduct(folder: string, record: string): Promise<string> {
  const [, ...months] = (await readFile(join(folder, "monthly.csv"), "utf8")).trim().split("\n");
  const counted = months.reduce((days, month) => days + Number(month.split(",")[1]), 0);
  const recorded = (await readFile(record, "utf8")).trim().split("\n").length - 1;
  if (counted !== recorded) throw new Error(`the product counts ${counted} days, the record has ${recorded}`);
  if (!(await readFile(join(folder, "monthly.svg"), "utf8")).startsWith("<svg")) throw new Error("monthly.svg is no plot");
  return `product verified: ${months.length} months, ${counted} days, in ${folder}`;
}
