import { describe, expect, test } from 'vitest';
import { MAX_SUM_LENGTH } from '#protocol/vdaf-parameters.ts';
import { checkSumNorm, sumNormBound } from '#trainer/check-sum-norm.ts';
import { InputError } from '#trainer/input-error.ts';
import { NOISE_MULTIPLIER } from '#trainer/privacy-budget.ts';

const TASK = {
  clipNorm: 2.5,
  noiseMultiplier: 1.3,
  vdaf: { type: 'UnverifiedVectorSum', length: 1600 },
} as const;
/** √2 · 1.3 · (√1600 + 6), in clip norms. */
const NOISE = 84.569;

describe('the length that honest sums keep to', () => {
  test('is three times what updates as alike as the records add up to, and both parties’ noise', () => {
    const bound = sumNormBound(TASK, { count: 900, coherence: 0.0064 });
    // 3 · √(900 + 900 · 899 · 0.0064) = 3 · √6078.24
    expect(bound).toBeCloseTo(2.5 * (233.889 + NOISE), 1);
  });

  test('takes people to be as alike as usual where the records say less', () => {
    const bound = sumNormBound(TASK, { count: 900, coherence: 0 });
    // 3 · √(900 + 900 · 899 · 0.0016) = 3 · √2194.56
    expect(bound).toBeCloseTo(2.5 * (140.539 + NOISE), 1);
  });

  test('is never more than what all together can do within the clip norm', () => {
    expect(sumNormBound(TASK, { count: 900, coherence: 1 })).toBeCloseTo(2.5 * (900 + NOISE), 1);
  });

  test.each([
    [100, 242],
    [50_000, 6247],
  ])('lets one forger in %i weigh as much as %i, as PRIVACY.md says of the default noise', (count, weight) => {
    const largest = { clipNorm: 1, noiseMultiplier: NOISE_MULTIPLIER, vdaf: { ...TASK.vdaf, length: MAX_SUM_LENGTH } };
    expect(Math.round(sumNormBound(largest, { count, coherence: 0 }))).toBe(weight);
  });
});

describe('the check of a sum’s length', () => {
  test('passes a sum up to the bound', () => {
    expect(() => checkSumNorm(Float64Array.of(30, -40), 50)).not.toThrow();
  });

  test('refuses a longer one with a sentence', () => {
    const check = () => checkSumNorm(Float64Array.of(30, -40), 49.9);
    expect(check).toThrow(InputError);
    expect(check).toThrow(
      /length of at most 49\.9, as honest devices would make it, got 50\.0; .*do not use this round/,
    );
  });
});
