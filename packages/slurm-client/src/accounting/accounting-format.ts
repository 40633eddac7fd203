import { OutputUnreadableError } from "@hpckit/core";
import { rowOf } from "../cluster/text-rows.js";

/** sacct's delimiter where no column that is read holds text of users. */
const delimiter = "\x1f";

/** Reads rows of a known number of columns. @throws OutputUnreadableError on any other row. */
export const parseRows = <Column extends string>(stdout: string, columns: readonly Column[]): readonly Readonly<Record<Column, string>>[] => splitRows(stdout, columns).map((fields) => rowOf(columns, fields));

/** The fields of each row, in the order of the columns. @throws OutputUnreadableError on a row of any other number, and on one that was cut. */
export function splitRows(stdout: string, columns: readonly string[]): readonly (readonly string[])[] {
  if (stdout !== "" && !stdout.endsWith("\n")) throw new OutputUnreadableError("sacct", "the output ends inside a row", stdout);
  const rows: string[][] = [];
  for (const line of stdout.split("\n")) {
    if (line === "") continue;
    const fields = line.split(delimiter);
    if (fields.length !== columns.length) throw new OutputUnreadableError("sacct", `a row of ${fields.length} fields, not ${columns.length}`, line);
    rows.push(fields);
  }
  return rows;
}

/** The command that asks for jobs. @param ids - not empty: an empty list means every job. */
export const accountingCommand = (columns: readonly string[], ids: readonly string[], flags: readonly string[] = []): readonly string[] => [
  "sacct",
  "--noheader",
  "--parsable2",
  `--delimiter=${delimiter}`,
  "--noconvert",
  ...flags,
  `--format=${columns.join(",")}`,
  `--jobs=${ids.join(",")}`,
];

/** Minutes, `UNLIMITED`, or `Partition_Limit`. */
export const readTimeLimit = (text: string): number | undefined => (text === "UNLIMITED" ? Infinity : /^\d+$/.test(text) ? Number(text) * 60 : undefined);
