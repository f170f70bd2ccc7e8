import { ndcgAt, recallAt } from '#model/metrics.ts';
import { ranksOnList } from '#trainer/list-ranks.ts';
import { LIST_LENGTH } from '#trainer/measure-ranking.ts';
import type { Quality } from './evaluation.ts';
import type { ItemSegments } from './item-segments.ts';

/** Quality of lists in one part of the test. */
export interface SegmentQuality {
  readonly label: string;
  /** What the means are over: targets or cases. */
  readonly count: number;
  /** `null` where there is nothing to measure. */
  readonly quality: Quality | null;
}

/** Lists and what should be on them, in one order of cases. */
export interface AnsweredCases {
  /** Each case's best 20 rows, best first. */
  readonly lists: readonly ArrayLike<number>[];
  /** Rows that each case asks for; none where that is an item that nobody knows. */
  readonly targets: readonly (readonly number[])[];
}

/**
 * How well the items of each segment are found: every target is a case of its own, so that NDCG@20 is
 * one over the binary logarithm of its rank from 2, and recall@20 the share that is found.
 *
 * @returns One for each label, in their order.
 */
export function qualityByTarget(
  { lists, targets }: AnsweredCases,
  { labels, segmentOf }: ItemSegments,
): SegmentQuality[] {
  const tallies = labels.map(startTally);
  lists.forEach((list, index) => {
    for (const row of targets[index] ?? []) tallies[segmentOf[row] as number]?.add(list, [row]);
  });
  return tallies.map((tally) => tally.result());
}

const HISTORY_LENGTHS = [
  { label: '1', longest: 1 },
  { label: '2', longest: 2 },
  { label: '3', longest: 3 },
  { label: '4–5', longest: 5 },
  { label: '6–10', longest: 10 },
  { label: '11+', longest: Number.POSITIVE_INFINITY },
] as const;

/**
 * How good lists are after short and long histories: means over cases of 1, 2, 3, 4–5, 6–10 and at least
 * 11 events.
 *
 * @param numEvents `[cases]`, events before the question; 0 counts as 1.
 * @returns One for each length, shortest first.
 */
export function qualityByHistory({ lists, targets }: AnsweredCases, numEvents: ArrayLike<number>): SegmentQuality[] {
  const tallies = HISTORY_LENGTHS.map(({ label }) => startTally(label));
  lists.forEach((list, index) => {
    const bucket = HISTORY_LENGTHS.findIndex(({ longest }) => (numEvents[index] as number) <= longest);
    tallies[bucket]?.add(list, targets[index] ?? []);
  });
  return tallies.map((tally) => tally.result());
}

function startTally(label: string) {
  let count = 0;
  let recall = 0;
  let ndcg = 0;
  return {
    add(list: ArrayLike<number>, targets: readonly number[]): void {
      count++;
      if (targets.length === 0) return; // asks for an item that nobody knows: a miss
      const ranks = ranksOnList(list, targets);
      recall += recallAt(ranks, LIST_LENGTH);
      ndcg += ndcgAt(ranks, LIST_LENGTH);
    },
    result: (): SegmentQuality => ({
      label,
      count,
      quality: count === 0 ? null : { recallAt20: recall / count, ndcgAt20: ndcg / count },
    }),
  };
}
