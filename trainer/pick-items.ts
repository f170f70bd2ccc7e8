import type { Dataset } from './dataset.ts';

/**
 * A dataset of some of the items, in the order given.
 *
 * @param rows Rows of the dataset, all different. An order's lines about other items are left out, and so is
 *   an order of which none is left.
 */
export function pickItems(dataset: Dataset, rows: readonly number[]): Dataset {
  const items = rows.map((row) => dataset.items[row] as Dataset['items'][number]);
  const newRows = new Map(rows.map((row, newRow) => [row, newRow]));
  const baskets = dataset.baskets.flatMap((basket) => {
    const kept = basket.rows.flatMap((row) => newRows.get(row) ?? []);
    return kept.length === 0 ? [] : { ...basket, rows: kept };
  });
  return { ...dataset, items, baskets };
}
