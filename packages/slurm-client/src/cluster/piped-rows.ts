import { OutputUnreadableError } from "@hpckit/core";

/** A row that a program printed with `|` between its fields. */
export type Row<Column extends string> = Readonly<Record<Column, string>>;

/**
 * Reads what sacctmgr and sshare print with `--parsable2`. A line break in a name does not end its row: all fields must be there.
 * @throws OutputUnreadableError on a row of another number of fields, which a name with `|` makes, or one that is cut.
 */
export function parsePipedRows<Column extends string>(stdout: string, columns: readonly Column[], program: string): readonly Row<Column>[] {
  const rows: Row<Column>[] = [];
  let open = "";
  for (const line of stdout.replace(/\n$/, "").split("\n")) {
    open = open === "" ? line : `${open}\n${line}`;
    const fields = open.split("|");
    if (fields.length < columns.length) continue;
    if (fields.length > columns.length) throw new OutputUnreadableError(program, `a row of ${fields.length} fields, not ${columns.length}`, open);
    rows.push(Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? ""])) as Row<Column>);
    open = "";
  }
  if (open.trim() !== "") throw new OutputUnreadableError(program, "the output ends inside a row", open);
  return rows;
}
