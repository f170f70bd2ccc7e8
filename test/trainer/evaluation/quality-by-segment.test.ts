import { describe, expect, test } from 'vitest';
import { ndcgAt, recallAt } from '#model/metrics.ts';
import { qualityByHistory, qualityByTarget } from '#trainer/evaluation/quality-by-segment.ts';

const LISTS = [Uint32Array.of(5, 3, 8), Uint32Array.of(1, 2, 3), Uint32Array.of(9, 7, 5)];
const TARGETS = [[8, 0], [1], [4, 5]];

describe('quality by the segment of the target', () => {
  const segments = {
    labels: ['low', 'middle', 'high', 'none'],
    segmentOf: Uint16Array.of(0, 0, 1, 1, 1, 1, 1, 2, 2, 2),
  };

  test('asks for each target alone', () => {
    expect(qualityByTarget({ lists: LISTS, targets: TARGETS }, segments)).toEqual([
      { label: 'low', count: 2, quality: { recallAt20: 1 / 2, ndcgAt20: 1 / 2 } }, // 0 missed, 1 first
      { label: 'middle', count: 2, quality: { recallAt20: 1 / 2, ndcgAt20: 1 / 2 / 2 } }, // 4 missed, 5 third
      { label: 'high', count: 1, quality: { recallAt20: 1, ndcgAt20: 1 / 2 } }, // 8 third
      { label: 'none', count: 0, quality: null },
    ]);
  });
});

describe('quality by the length of the history', () => {
  test('sorts cases of 1, 2, 3, 4–5, 6–10 and more events apart', () => {
    const numEvents = [0, 1, 2, 3, 4, 5, 6, 10, 11, 200];
    const lists = numEvents.map(() => Uint32Array.of(3));
    const targets = numEvents.map(() => [3]);
    expect(qualityByHistory({ lists, targets }, numEvents).map(({ label, count }) => [label, count])).toEqual([
      ['1', 2],
      ['2', 1],
      ['3', 1],
      ['4–5', 2],
      ['6–10', 2],
      ['11+', 2],
    ]);
  });

  test('is the mean of the cases', () => {
    const [short, second, , , long] = qualityByHistory({ lists: LISTS, targets: TARGETS }, [1, 7, 1]);
    const ranks = [
      [2, Number.POSITIVE_INFINITY],
      [Number.POSITIVE_INFINITY, 2],
    ];
    const meanOf = (metric: (ranks: number[], cutoff: number) => number) =>
      ranks.reduce((sum, one) => sum + metric(one, 20) / ranks.length, 0);
    expect(short).toEqual({
      label: '1',
      count: 2,
      quality: { recallAt20: meanOf(recallAt), ndcgAt20: expect.closeTo(meanOf(ndcgAt), 12) },
    });
    expect(long?.quality).toEqual({ recallAt20: 1, ndcgAt20: 1 });
    expect(second?.quality).toBeNull();
  });

  test('count a question that nobody can answer as a miss', () => {
    const [short] = qualityByHistory({ lists: [[4], [4]], targets: [[4], []] }, [1, 1]);
    expect(short).toEqual({ label: '1', count: 2, quality: { recallAt20: 0.5, ndcgAt20: 0.5 } });
  });
});
