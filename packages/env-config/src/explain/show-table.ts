/** Wider cells do not widen their column. */
const widest = 40;

/** Columns of text, two blanks apart, as wide as their cells. */
export function showTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => Math.min(row[column]?.length ?? 0, widest))));
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()}\n`).join("");
}
