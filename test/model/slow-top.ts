import { expect } from 'vitest';
import type { ScoredRows, Scorer, TopQuery } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import { exactDot, exactRow } from './random-model.ts';

/** Holds an answer to {@link slowTop}'s. */
export async function expectExact(scorer: Scorer, table: ScoringTable, asked: TopQuery): Promise<void> {
  expectSame(await scorer.top(asked), slowTop(table, asked));
}

/** Sums in another order may round to the neighboring float32, and no further. */
export function expectSame(found: ScoredRows, expected: ScoredRows): void {
  expect([...found.rows]).toEqual([...expected.rows]);
  const largest = Math.max(0, ...expected.scores.map(Math.abs));
  const apart = found.scores.map((score, i) => Math.abs(score - (expected.scores[i] as number)));
  expect(Math.max(0, ...apart)).toBeLessThanOrEqual(largest * 2 ** -23);
}

/** The obvious way, in float64. */
export function slowTop(table: ScoringTable, { query, popularityWeight, count }: TopQuery): ScoredRows {
  const scored = Array.from({ length: table.numItems }, (_, row) => {
    const popularity = popularityWeight * (table.popularity[row] as number);
    return {
      row,
      score: Math.fround(exactDot(query, exactRow(table, row)) + popularity + (table.lifts[row] as number)),
    };
  });
  const best = scored
    .filter(({ score }) => score !== Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.score - a.score || a.row - b.row)
    .slice(0, count);
  return { rows: Uint32Array.from(best, ({ row }) => row), scores: Float32Array.from(best, ({ score }) => score) };
}
