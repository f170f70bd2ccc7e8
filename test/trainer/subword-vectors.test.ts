import { describe, expect, test } from 'vitest';
import { seededRandom } from '#trainer/seeded-random.ts';
import { subwordVectors } from '#trainer/subword-vectors.ts';
import { exactDot } from '../model/random-model.ts';

const WIDTH = 24;
const TEXTS = [
  'blauer Becher',
  'roter Becher',
  'blaue Lampe',
  'rote Stehlampe',
  'großer Teppich',
  'Teppich aus Wolle',
  'Qwxyz',
  '',
];

async function vectorsOf(texts: readonly string[], seed = 281) {
  const { vectors, numTokens } = await subwordVectors(texts, { width: WIDTH, random: seededRandom(seed) });
  return {
    numTokens,
    rows: Array.from({ length: texts.length }, (_, row) => vectors.subarray(row * WIDTH, (row + 1) * WIDTH)),
  };
}

describe('subword vectors', () => {
  test('have length 1, and 0 for a text that shares no subword with another', async () => {
    const { rows } = await vectorsOf(TEXTS);
    expect(rows.map((row) => exactDot(row, row))).toEqual([1, 1, 1, 1, 1, 1, 0, 0].map((n) => expect.closeTo(n, 5)));
  });

  test('are the same for the same seed', async () => {
    expect(await vectorsOf(TEXTS)).toEqual(await vectorsOf(TEXTS));
  });

  test('are near where words or their parts are shared, and at right angles where nothing is', async () => {
    const { rows } = await vectorsOf(TEXTS);
    const cosine = (a: number, b: number) => exactDot(rows[a] as Float32Array, rows[b] as Float32Array);
    expect(cosine(0, 1)).toBeGreaterThan(0.5); // Becher
    expect(cosine(2, 3)).toBeGreaterThan(0.3); // -lampe
    expect(cosine(4, 5)).toBeGreaterThan(0.8); // Teppich
    expect(cosine(0, 5)).toBeCloseTo(0, 2);
  });

  test('follow a rare word rather than a common one', async () => {
    const common = Array.from({ length: 60 }, (_, i) => `becher ${'abcdefghij'[i % 10]?.repeat(4)}`);
    const { rows } = await vectorsOf(['becher samowar', 'kanne samowar', 'becher dddd', ...common]);
    const [a, b, c] = rows as [Float32Array, Float32Array, Float32Array];
    expect(exactDot(a, b)).toBeGreaterThan(2 * exactDot(a, c));
  });

  test('count the subwords of at least two texts', async () => {
    // " becher " as a word and 15 n-grams; nothing else is in two texts.
    expect((await vectorsOf(['becher mvp', 'becher xyz', 'quark'])).numTokens).toBe(1 + (6 + 5 + 4));
  });

  test('of texts without any letter are 0', async () => {
    const { rows, numTokens } = await vectorsOf(['', '–', '🫖']);
    expect(numTokens).toBe(0);
    expect(rows.every((row) => row.every((value) => value === 0))).toBe(true);
  });

  test('tell of their progress up to the number of texts', async () => {
    const done: number[] = [];
    await subwordVectors(TEXTS, { width: WIDTH, random: seededRandom(282), onProgress: (n) => done.push(n) });
    expect(done.at(-1)).toBe(TEXTS.length);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });
});
