import { describe, expect, test } from 'vitest';
import { createNegativeSampler } from '#trainer/negative-sampler.ts';
import { seededRandom } from '#trainer/seeded-random.ts';

const COUNTS = Float64Array.of(0, 15, 80, 2, 255, 0, 30);
const POWER = 0.75;
const MASSES = Array.from(COUNTS, (count) => (count + 1) ** POWER);
const TOTAL = MASSES.reduce((sum, mass) => sum + mass, 0);
const sampler = createNegativeSampler(COUNTS, POWER);

describe('negatives', () => {
  test('come as often as count plus one to the power 0.75 says', () => {
    // False alarm: 7 frequencies beyond 6 standard errors, under 2e-8.
    const numDraws = 200_000;
    const found = new Array<number>(COUNTS.length).fill(0);
    for (const row of sampler.draw(numDraws, seededRandom(231))) found[row] = (found[row] as number) + 1;
    MASSES.forEach((mass, row) => {
      const share = mass / TOTAL;
      const standardError = Math.sqrt((share * (1 - share)) / numDraws);
      expect(Math.abs((found[row] as number) / numDraws - share)).toBeLessThan(6 * standardError);
    });
  });

  test('come with the logarithm of how likely each item was in one draw', () => {
    expect([...sampler.logProbabilities]).toEqual(MASSES.map((mass) => expect.closeTo(Math.log(mass / TOTAL), 5)));
  });

  test.each([
    ['the lowest number', 0, 0],
    ['the highest number below 1', 1 - 2 ** -32, 6],
    ['a number just below the end of the first item', (MASSES[0] as number) / TOTAL - 1e-9, 0],
    ['a number just above the end of the first item', (MASSES[0] as number) / TOTAL + 1e-9, 1],
  ])('are items of the catalog for %s', (_, random, row) => {
    expect([...sampler.draw(3, () => random)]).toEqual([row, row, row]);
  });

  test('are the same for the same seed', () => {
    expect(sampler.draw(50, seededRandom(232))).toEqual(sampler.draw(50, seededRandom(232)));
    expect(sampler.draw(50, seededRandom(232))).not.toEqual(sampler.draw(50, seededRandom(233)));
  });
});
