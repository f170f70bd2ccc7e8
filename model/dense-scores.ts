import { dotRow, type ItemTable } from './item-table.ts';

/** Writes the product of a query `[D]` with every item vector to `out`, `[N]`. */
export type ScoreAll = (query: Float32Array, out: Float32Array) => void;

/** Products in plain JavaScript: each the same as {@link dotRow}'s, four rows at a time, which reads the query less. */
export function plainScores(items: ItemTable): ScoreAll {
  const { numItems, dim, scales, values } = items;
  return (query, out) => {
    let row = 0;
    for (; row + 4 <= numItems; row += 4) {
      let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
      for (let d = 0, at = row * dim; d < dim; d++, at++) {
        const factor = query[d] as number;
        sum0 += factor * (values[at] as number);
        sum1 += factor * (values[at + dim] as number);
        sum2 += factor * (values[at + 2 * dim] as number);
        sum3 += factor * (values[at + 3 * dim] as number);
      }
      out[row] = sum0 * (scales[row] as number);
      out[row + 1] = sum1 * (scales[row + 1] as number);
      out[row + 2] = sum2 * (scales[row + 2] as number);
      out[row + 3] = sum3 * (scales[row + 3] as number);
    }
    for (; row < numItems; row++) out[row] = dotRow(items, row, query);
  };
}
