/** Wider cells do not widen their column: what stands behind them goes on the next line. */
const widest = 40;

/** Columns of text, two blanks apart, as wide as their cells. */
export function showTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => Math.min(row[column]?.length ?? 0, widest))));
  return rows.map((row) => showRow(row, widths)).join("");
}

function showRow(row: readonly string[], widths: readonly number[]): string {
  let text = "";
  let start = 0;
  for (const [column, cell] of row.entries()) {
    if (cell !== "") {
      const line = text.slice(text.lastIndexOf("\n") + 1);
      text += start === 0 || line.length < start ? " ".repeat(start - line.length) : `\n${" ".repeat(start)}`;
      text += cell;
    }
    start += (widths[column] ?? 0) + 2;
  }
  return `${text}\n`;
}
