import type { ScoreAll } from '#model/dense-scores.ts';
import { plainScores } from '#model/dense-scores.ts';
import type { ItemTable } from '#model/item-table.ts';
export async function createDenseScorer(items: ItemTable): Promise<ScoreAll> {
  return plainScores(items);
}
