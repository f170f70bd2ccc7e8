/** One line of a printed table: what it is and how much. */
export type TableRow = readonly [label: string, value: string | number];

/**
 * Lays out labels and values in two columns, numbers with thousands separators and aligned right.
 *
 * @returns Lines joined by line feeds, without one at the end.
 */
export function formatTable(rows: readonly TableRow[]): string {
  const cells = rows.map(([label, value]) => [label, typeof value === 'number' ? formatCount(value) : value] as const);
  const labelWidth = Math.max(...cells.map(([label]) => label.length));
  const valueWidth = Math.max(...cells.map(([, value]) => value.length));
  return cells.map(([label, value]) => `  ${label.padEnd(labelWidth)}  ${value.padStart(valueWidth)}`).join('\n');
}

/** Returns a count as people write it: `320,705`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
