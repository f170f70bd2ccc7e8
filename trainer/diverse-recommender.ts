import { diversify, HEAD_SIZE } from '#model/diversify.ts';
import type { ItemTable } from '#model/item-table.ts';
import { topRows } from '#model/top-rows.ts';
import { LIST_LENGTH, type Recommender } from './measure-ranking.ts';

/**
 * A recommender as shoppers with a history see it: the head of each ranking diversified as the device
 * does it, so far as a list shows it.
 *
 * @returns Gives a new array each time where anything is reordered: the head's scores, handed out anew in the
 *   order shown.
 */
export function diverseRecommender(recommend: Recommender, items: ItemTable, diversity: number): Recommender {
  if (diversity === 0) return recommend;
  return async (testCase) => {
    const scores = (await recommend(testCase)).slice();
    const head = topRows(scores, HEAD_SIZE);
    const falling = Float32Array.from(head, (row) => scores[row] as number);
    const shown = new Set(diversify({ rows: head, scores: falling }, items, diversity).take(LIST_LENGTH));
    for (const row of head) shown.add(row); // a set keeps the place of what it has
    for (const [place, row] of [...shown].entries()) scores[row] = falling[place] as number;
    return scores;
  };
}
