import { addScaled } from './add-scaled.ts';
import { dequantizeRow, inverseNorm } from './item-table.ts';
import type { Model } from './model.ts';

/**
 * Adds what a word means in item space: its vector, or of a rare word the mean direction of its items. Nothing
 * of a word that the shop does not know.
 *
 * @param out `[D]`, added to.
 */
export function addWordMeaning(
  { items, words }: Pick<Model, 'items' | 'words'>,
  word: string,
  out: Float32Array,
): void {
  const vector = new Float32Array(items.dim);
  const row = words.rowOf.get(word);
  if (row !== undefined) {
    dequantizeRow(words, row, vector);
    addScaled(out, vector, 1);
  }
  const rareIn = words.itemsOf.get(word) ?? [];
  for (const itemRow of rareIn) {
    dequantizeRow(items, itemRow, vector);
    addScaled(out, vector, inverseNorm(items, itemRow) / rareIn.length);
  }
}
