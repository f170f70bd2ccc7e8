import { describe, expect, test } from 'vitest';
import { freshScores } from '#model/fresh-scores.ts';
import { exactDot, exactRow, randomModel } from './random-model.ts';

const MODEL = randomModel(517);
const { numItems, recall } = MODEL.config;
const ROWS = Array.from({ length: numItems }, (_, row) => row);
const newnessOf = (row: number): number => MODEL.popularity.newness[row] as number;

/** @param visits Rows of one visit each, the last visit's last. */
function scoresOf(visits: readonly (readonly number[])[]): number[] {
  const rows = Uint32Array.from(visits.flat());
  const visitsAgo = Uint8Array.from(visits.flatMap((visit, v) => visit.map(() => visits.length - 1 - v)));
  return [...freshScores(MODEL, { rows, visitsAgo })];
}

function cosine(a: number, b: number): number {
  const [left, right] = [exactRow(MODEL.items, a), exactRow(MODEL.items, b)];
  return exactDot(left, right) / Math.sqrt(exactDot(left, left) * exactDot(right, right));
}

/** The score by the book: events of the visit, oldest first. */
function slowScore(visit: readonly number[], row: number): number {
  const sum = visit
    .toReversed()
    .reduce((total, event, age) => total + recall.eventDecay ** age * Math.max(0, cosine(event, row)) ** 2, 0);
  return (newnessOf(row) / 255) * sum;
}

describe('the score of a new item', () => {
  test('is its likeness to this visit’s events, those before fading', () => {
    const visit = [3, 17, 8, 17];
    const scores = scoresOf([[5, 9], visit]);
    expect(scores.filter((score) => score > 0).length).toBeGreaterThan(2);
    expect(scores).toEqual(ROWS.map((row) => expect.closeTo(slowScore(visit, row), 5)));
  });

  test('reads the last eight events of a longer visit', () => {
    const long = ROWS.slice(0, 15);
    expect(scoresOf([long])).toEqual(ROWS.map((row) => expect.closeTo(slowScore(long.slice(-8), row), 5)));
  });

  test('is 0 where nothing was looked at, and where nothing is new', () => {
    expect(scoresOf([])).toEqual(ROWS.map(() => 0));
    for (const row of ROWS.filter((each) => newnessOf(each) === 0)) expect(scoresOf([[row, 3]])[row]).toBe(0);
  });
});
