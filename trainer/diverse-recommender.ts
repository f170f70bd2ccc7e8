import { diversify, HEAD_SIZE } from '#model/diversify.ts';
import type { Model } from '#model/model.ts';
import { topRows } from '#model/top-rows.ts';
import type { Recommender } from './measure-ranking.ts';

/**
 * A recommender as shoppers with a history see it: the head of each ranking diversified as the device
 * does it.
 *
 * @returns Gives a new array each time: the head's scores, handed out anew in the order shown.
 */
export function diverseRecommender(
  recommend: Recommender,
  model: Pick<Model, 'items' | 'inverseNorms'>,
  diversity: number,
): Recommender {
  return async (testCase) => {
    const scores = (await recommend(testCase)).slice();
    const head = topRows(scores, HEAD_SIZE);
    const falling = Array.from(head, (row) => scores[row] as number);
    const order = [...diversify(head, scores, { ...model, diversity })];
    for (const [place, row] of order.entries()) scores[row] = falling[place] as number;
    return scores;
  };
}
