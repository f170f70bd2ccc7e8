import { expect, test } from 'vitest';
import { encodeSession } from '#model/encoder.ts';
import { readFactor } from '#model/factor.ts';
import { createFactors } from '#trainer/choose-factor.ts';
import { randomModel } from '../model/random-model.ts';

const MODEL = randomModel(12, { numItems: 300, dim: 32 });
const { numItems, dim } = MODEL.config;
const RANK = 3;
const rowsOf = (round: number, seed = 3): number[][] => {
  const factor = readFactor(createFactors(MODEL, { rank: RANK, seed })(round), { rank: RANK, dim });
  return Array.from({ length: RANK }, (_, r) => [...factor.subarray(r * dim, (r + 1) * dim)]);
};
const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

test('a sweep of four rounds asks once for each of its directions', () => {
  const rows = [0, 1, 2, 3].flatMap((round) => rowsOf(round));
  for (const [i, row] of rows.entries()) {
    for (const [j, other] of rows.entries()) expect(dot(row, other)).toBeCloseTo(i === j ? 1 : 0, 1);
  }
});

test('sessions differ mostly in the directions that are asked for', () => {
  const rows = [0, 1, 2, 3].flatMap((round) => rowsOf(round));
  let [seen, all] = [0, 0];
  for (let row = 0; row < numItems; row++) {
    const viewed = { rows: Uint32Array.of(row), kinds: Uint8Array.of(0), gaps: Uint8Array.of(9) };
    const session = [...encodeSession(viewed, MODEL)];
    seen += rows.reduce((sum, direction) => sum + dot(direction, session) ** 2, 0);
    all += dot(session, session);
  }
  // Of random directions it would be 12 of 32.
  expect(seen / all).toBeGreaterThan(0.8);
});

test('the next sweep turns the directions', () => {
  const similarity = Math.max(...rowsOf(0).map((row, r) => Math.abs(dot(row, rowsOf(4)[r] as number[]))));
  expect(similarity).toBeLessThan(0.95);
});

test('the same round asks for the same directions', () => {
  expect(rowsOf(5)).toEqual(rowsOf(5));
});

test('almost as many directions as there are can be asked for at once', () => {
  const factor = readFactor(createFactors(MODEL, { rank: 30, seed: 3 })(1), { rank: 30, dim });
  const rows = Array.from({ length: 30 }, (_, r) => [...factor.subarray(r * dim, (r + 1) * dim)]);
  for (const [i, row] of rows.entries()) {
    for (const [j, other] of rows.entries()) expect(dot(row, other)).toBeCloseTo(i === j ? 1 : 0, 1);
  }
});
