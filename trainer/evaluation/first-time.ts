import type { Measurement } from '#trainer/measure-ranking.ts';
import { type FirstTimeFigures, type Quality, RECOMMENDERS, type RecommenderName } from './evaluation.ts';
import type { EvaluationTask } from './task.ts';

/** Quality for customers who had not ordered before; nothing where the log does not tell customers apart. */
export function firstTimeFigures(
  { protocol, cases }: EvaluationTask,
  measurements: Readonly<Record<RecommenderName, Measurement>>,
): FirstTimeFigures | undefined {
  const indexes = cases.flatMap(({ hasHistory }, index) => (hasHistory ? [] : index));
  if (protocol !== 'orders' || indexes.length === 0) return undefined;
  const qualityOf = ({ perCase }: Measurement): Quality => ({
    recallAt20: meanAt(perCase.recallAt20, indexes),
    ndcgAt20: meanAt(perCase.ndcgAt20, indexes),
  });
  return {
    numCases: indexes.length,
    figures: Object.fromEntries(RECOMMENDERS.map((name) => [name, qualityOf(measurements[name])])) as Record<
      RecommenderName,
      Quality
    >,
  };
}

function meanAt(values: Float32Array, indexes: readonly number[]): number {
  return indexes.reduce((sum, index) => sum + (values[index] as number), 0) / indexes.length;
}
