import { OutputUnreadableError } from "@hpckit/core";

/** sacct's delimiter where no column that is read holds text of users. */
const delimiter = "\x1f";

/** Reads rows of a known number of columns. @throws OutputUnreadableError on any other row. */
export const parseRows = <Column extends string>(stdout: string, columns: readonly Column[]): readonly Readonly<Record<Column, string>>[] => splitRows(stdout, columns).map((fields) => record(columns, fields));

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

export interface TextRows {
  /** Unguessable, new for every call. */
  readonly fieldEnd: string;
  /** Who printed it, for the error. */
  readonly program: string;
}

/**
 * Reads rows whose fields, the last too, end with `fieldEnd` (sacct `--parsable`, squeue `--Format`): they may hold any text, line breaks too.
 * @throws OutputUnreadableError where the text ends inside a row
 */
export function parseTextRows<Column extends string>(stdout: string, columns: readonly Column[], { fieldEnd, program }: TextRows): readonly Readonly<Record<Column, string>>[] {
  const fields = stdout.split(fieldEnd);
  const rest = fields.pop() ?? "";
  if (rest.trim() !== "" || fields.length % columns.length !== 0) throw new OutputUnreadableError(program, "the output ends inside a row", stdout);
  return Array.from({ length: fields.length / columns.length }, (_, row) => {
    const own = fields.slice(row * columns.length, (row + 1) * columns.length);
    return record(columns, [own[0]?.replace(/^\r?\n/, "") ?? "", ...own.slice(1)]);
  });
}

function record<Column extends string>(columns: readonly Column[], fields: readonly string[]): Record<Column, string> {
  const found: Partial<Record<Column, string>> = {};
  columns.forEach((column, index) => {
    found[column] = fields[index] ?? "";
  });
  return found as Record<Column, string>;
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
