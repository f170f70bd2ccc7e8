import { describe, expect, test } from 'vitest';
import { epsilonOfInverseVariance } from '#privacy/compose-releases.ts';
import { formatEpsilon } from '#privacy/format-epsilon.ts';
import {
  checkBudget,
  DEFAULT_BUDGET,
  NOISE_MULTIPLIER,
  requireBudget,
  spentFrom,
  TRIAL_NOISE_MULTIPLIER,
} from '#trainer/privacy-budget.ts';
import { NOW_MS } from '../protocol/manifest-fixture.ts';
import { DAY_MS, termsOn } from './ledger-fixture.ts';

const BUDGET = { epsilon: 5, delta: 1e-6, windowDays: 30 };
const epsilonOver = (releases: number) => epsilonOfInverseVariance(releases / 1.7 ** 2, 1e-6);

describe('checkBudget', () => {
  test('counts every round in the window, whatever became of it', () => {
    const check = checkBudget(BUDGET, [termsOn(0), termsOn(3)], termsOn(6));
    expect(check.kind).toBe('fits');
    expect(check.spent).toBeCloseTo(epsilonOver(2), 9);
    expect(check.wouldBe).toBeCloseTo(epsilonOver(3), 9);
  });

  test('refuses the round that passes the budget, and says when it fits again', () => {
    const earlier = [termsOn(0), termsOn(3), termsOn(6)];
    expect(epsilonOver(3)).toBeLessThan(BUDGET.epsilon);
    expect(epsilonOver(4)).toBeGreaterThan(BUDGET.epsilon);
    // The first one is out of reach 30 days after it closed.
    const fitsAtMs = NOW_MS + 31 * DAY_MS;
    expect(checkBudget(BUDGET, earlier, termsOn(9))).toMatchObject({ kind: 'exceeds', fitsAtMs });
    expect(checkBudget(BUDGET, earlier, termsOn(31)).kind).toBe('fits');
    expect(checkBudget(BUDGET, earlier, termsOn(31 - 1 / 24)).kind).toBe('exceeds');
  });

  test('counts other kinds of tasks beside it', () => {
    const evaluations = [1, 4].map((day) => termsOn(day, { kind: 'shadow-eval', noiseMultiplier: 2.4 }));
    const { wouldBe } = checkBudget(BUDGET, [termsOn(0), ...evaluations], termsOn(6));
    const noiseMultiplier = (2 / 1.7 ** 2 + 2 / 2.4 ** 2) ** -0.5;
    expect(wouldBe).toBeCloseTo(epsilonOfInverseVariance(noiseMultiplier ** -2, 1e-6), 9);
  });

  test('lets rounds follow that a device cannot be in, as its participations are used up', () => {
    const bounded = { maxParticipations: 2 };
    const earlier = [0, 2, 4, 6, 8].map((day) => termsOn(day, bounded));
    const check = checkBudget(BUDGET, earlier, termsOn(10, bounded));
    expect(check).toMatchObject({ kind: 'fits', spent: check.wouldBe });
    expect(check.wouldBe).toBeCloseTo(epsilonOver(2), 9);
  });

  test('counts rounds that open later than it: a clock set back wins nothing', () => {
    const later = [termsOn(3), termsOn(6), termsOn(9)];
    expect(checkBudget(BUDGET, later, termsOn(0)).wouldBe).toBeCloseTo(epsilonOver(4), 9);
    expect(checkBudget(BUDGET, later, termsOn(0)).kind).toBe('exceeds');
    expect(checkBudget(BUDGET, later, termsOn(-40))).toMatchObject({
      kind: 'fits',
      spent: expect.closeTo(epsilonOver(3), 9),
    });
  });

  test('a round that passes the budget all alone never fits', () => {
    const loud = termsOn(9, { noiseMultiplier: 0.5 });
    expect(checkBudget(BUDGET, [termsOn(0)], loud)).toMatchObject({ kind: 'exceeds', fitsAtMs: null });
  });
});

describe('requireBudget', () => {
  test('refuses in one sentence with what was spent, what it would be, the budget and the day', () => {
    const earlier = [termsOn(0), termsOn(3), termsOn(6)];
    const day = new Date(NOW_MS + 31 * DAY_MS).toISOString();
    expect(() => requireBudget(BUDGET, earlier, termsOn(9))).toThrow(
      `expected a round within the privacy budget of epsilon 5 at delta 0.000001 in 30 days, but one device could have spent ${formatEpsilon(epsilonOver(4))} after it (${formatEpsilon(epsilonOver(3))} without it); open it from ${day} on, raise its noise multiplier or change the budget with "vitrine round budget"`,
    );
    expect(() => requireBudget(BUDGET, [], termsOn(9, { noiseMultiplier: 0.5 }))).toThrow(
      /; raise its noise multiplier or/,
    );
  });

  test('passes on what a round costs that fits', () => {
    expect(requireBudget(BUDGET, [], termsOn(9))).toEqual({
      kind: 'fits',
      spent: 0,
      wouldBe: expect.closeTo(epsilonOver(1), 9),
    });
  });
});

describe('spentFrom', () => {
  test('falls when a round leaves the window', () => {
    const rounds = [termsOn(0), termsOn(3)];
    expect(spentFrom(BUDGET, rounds, NOW_MS + 20 * DAY_MS)).toBeCloseTo(epsilonOver(2), 9);
    expect(spentFrom(BUDGET, rounds, NOW_MS + 32 * DAY_MS)).toBeCloseTo(epsilonOver(1), 9);
    expect(spentFrom(BUDGET, rounds, NOW_MS + 35 * DAY_MS)).toBe(0);
  });
});

test('the default budget has room for four rounds and a trial with the default noise, and not for five rounds', () => {
  const { epsilon, delta } = DEFAULT_BUDGET;
  const spentBy = (rounds: number, trials: number) =>
    epsilonOfInverseVariance(rounds / NOISE_MULTIPLIER ** 2 + trials / TRIAL_NOISE_MULTIPLIER ** 2, delta);
  expect(spentBy(4, 1)).toBeLessThan(epsilon);
  expect(spentBy(5, 0)).toBeGreaterThan(epsilon);
});
