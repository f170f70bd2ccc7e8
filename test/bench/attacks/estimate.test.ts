import { describe, expect, test } from 'vitest';
import { seededRandom } from '#trainer/seeded-random.ts';
import {
  differenceWithInterval,
  formatShare,
  meanWithInterval,
  percent,
  shareWithInterval,
} from '../../../bench/attacks/estimate.ts';

const NUM_REPEATS = 1000;

/** Of many repeats, how many intervals hold the truth. */
function coverage(truth: number, intervalOf: () => { low: number; high: number }): number {
  const intervals = Array.from({ length: NUM_REPEATS }, intervalOf);
  return intervals.filter(({ low, high }) => low <= truth && truth <= high).length / NUM_REPEATS;
}
const draw = (random: () => number, chance: number, trials: number): number =>
  Array.from({ length: trials }, random).filter((value) => value < chance).length;

describe('intervals hold the truth about 95 times of 100', () => {
  // 1,000 repeats at 0.95 have a deviation of 0.007: six of them are allowed, and a discrete count's own.
  test('of a mean', () => {
    const random = seededRandom(71);
    const covered = coverage(1.5, () => meanWithInterval(Array.from({ length: 80 }, () => 3 * random())));
    expect(covered).toBeGreaterThan(0.9);
    expect(covered).toBeLessThan(0.99);
  });

  test('of a small share', () => {
    const random = seededRandom(72);
    const covered = coverage(0.04, () => shareWithInterval(draw(random, 0.04, 150), 150));
    expect(covered).toBeGreaterThan(0.9);
  });

  test('of the difference of two shares', () => {
    const random = seededRandom(73);
    const covered = coverage(0.3 - 0.12, () =>
      differenceWithInterval(
        { successes: draw(random, 0.3, 120), trials: 120 },
        { successes: draw(random, 0.12, 90), trials: 90 },
      ),
    );
    expect(covered).toBeGreaterThan(0.9);
    expect(covered).toBeLessThan(0.99);
  });
});

test('a share of 10 in 50 has the interval that Wilson gives', () => {
  const { value, low, high } = shareWithInterval(10, 50);
  expect([value, low, high].map((share) => share.toFixed(4))).toEqual(['0.2000', '0.1124', '0.3304']);
});

test('a share of none or all has an interval that ends there', () => {
  const none = shareWithInterval(0, 40);
  expect(none.low).toBeCloseTo(0, 12);
  expect(none.high).toBeGreaterThan(0.05);
  expect(shareWithInterval(40, 40).high).toBeCloseTo(1, 12);
});

test('too little to say anything of is refused', () => {
  expect(() => meanWithInterval([3])).toThrow(/expected at least two values, got 1/);
  expect(() => shareWithInterval(5, 4)).toThrow(/expected 0 to 4 successes/);
});

test('shares are printed in percent, and none is minus zero', () => {
  expect(formatShare({ value: 0.1234, low: 0.08, high: 0.2 })).toBe('12.3 (8.0 … 20.0)');
  expect(percent(-0.0001)).toBe('0.0');
  expect(percent(-0.012)).toBe('-1.2');
});
