/** Rows under each other, the first one as their heads. What breaks lines or moves a cursor is shown as "?". */
export function table(rows: readonly (readonly string[])[]): string {
  const plain = rows.map((row) => row.map((cell) => cell.replace(/[\p{Cc}\u2028\u2029]/gu, "?")));
  const widths = plain.reduce(
    (most, row) => row.map((cell, column) => Math.max(cell.length, most[column] ?? 0)),
    [] as readonly number[],
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return `${plain.map(line).join("\n")}\n`;
}
