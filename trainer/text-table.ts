/** One line of a printed table: what it is, and one or more values. */
export type TableRow = readonly [label: string, ...values: (string | number)[]];

/**
 * Lays out labels and values in columns, numbers with thousands separators and aligned right.
 *
 * @param rows All of the same length.
 * @returns Lines joined by line feeds, without one at the end.
 */
export function formatTable(rows: readonly TableRow[]): string {
  const cells = rows.map((row) => row.map((value) => (typeof value === 'number' ? formatCount(value) : value)));
  const widthOf = (column: number): number => Math.max(...cells.map((row) => row[column]?.length ?? 0));
  const widths = (cells[0] ?? []).map((_, column) => widthOf(column));
  const lay = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return cells.map((row) => `  ${row.map(lay).join('  ')}`).join('\n');
}

/** Returns a count as people write it: `320,705`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
