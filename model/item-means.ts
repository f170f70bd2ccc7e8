import { dequantizeRow } from './item-table.ts';
import type { ScoringTable } from './scoring-table.ts';

/** Means over items: what a score's terms are on average follows from them. */
export interface ItemMeans {
  /** `[D]`, the mean item vector. */
  readonly vector: Float32Array;
  readonly popularity: number;
}

/** Works means out as rows arrive. */
export interface ItemMeansBuilder {
  /** Adds a row of a table; each once. */
  add(table: ScoringTable, row: number): void;
  means(): ItemMeans;
}

/** @param dim D. */
export function createItemMeans(dim: number): ItemMeansBuilder {
  const sums = new Float64Array(dim);
  const vector = new Float32Array(dim);
  let popularity = 0;
  let count = 0;
  return {
    add(table, row) {
      dequantizeRow(table, row, vector);
      for (let d = 0; d < dim; d++) sums[d] = (sums[d] as number) + (vector[d] as number);
      popularity += table.popularity[row] as number;
      count++;
    },
    means: () => ({
      vector: Float32Array.from(sums, (sum) => sum / (count || 1)),
      popularity: popularity / (count || 1),
    }),
  };
}
