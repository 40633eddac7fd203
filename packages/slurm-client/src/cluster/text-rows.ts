import { OutputUnreadableError } from "@hpckit/core";

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
    return rowOf(columns, [own[0]?.replace(/^\r?\n/, "") ?? "", ...own.slice(1)]);
  });
}

/** The fields of a row by their columns. */
export function rowOf<Column extends string>(columns: readonly Column[], fields: readonly string[]): Record<Column, string> {
  const found: Partial<Record<Column, string>> = {};
  columns.forEach((column, index) => {
    found[column] = fields[index] ?? "";
  });
  return found as Record<Column, string>;
}
