import { dotRow, type ItemTable } from './item-table.ts';

/** Writes the product of a query `[D]` with every item vector to `out`, `[N]`. */
export type ScoreAll = (query: Float32Array, out: Float32Array) => void;

/** Products in plain JavaScript. */
export function plainScores(items: ItemTable): ScoreAll {
  return (query, out) => {
    for (let row = 0; row < items.numItems; row++) out[row] = dotRow(items, row, query);
  };
}
