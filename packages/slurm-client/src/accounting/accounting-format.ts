import { OutputUnreadableError } from "@hpckit/core";

/** sacct's delimiter. No column that is read holds text of users. */
const delimiter = "\x1f";

/** Reads rows of a known number of columns. @throws OutputUnreadableError on any other row. */
export function parseRows<Column extends string>(stdout: string, columns: readonly Column[]): readonly Readonly<Record<Column, string>>[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const fields = line.split(delimiter);
      if (fields.length !== columns.length) throw new OutputUnreadableError("sacct", `a row of ${fields.length} fields, not ${columns.length}`, line);
      return Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? ""])) as Record<Column, string>;
    });
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

export const readSeconds = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);
