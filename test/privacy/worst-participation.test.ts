import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RoundTerms, worstInverseVariance } from '#privacy/worst-participation.ts';

const DAY_MS = 86_400_000;
const WINDOW_MS = 30 * DAY_MS;

function round(day: number, overrides: Partial<RoundTerms> = {}): RoundTerms {
  return {
    kind: 'model-update',
    noiseMultiplier: 2,
    opensAtMs: day * DAY_MS,
    closesAtMs: (day + 1) * DAY_MS,
    minSeparationMs: DAY_MS,
    maxParticipations: 3,
    privacyWindowMs: WINDOW_MS,
    ...overrides,
  };
}

/** Every order of every choice of rounds, each taken as early as its own terms allow. */
function bruteForce(rounds: readonly RoundTerms[], taken: readonly RoundTerms[] = [], lastMs = -Infinity): number {
  let most = taken.reduce((sum, { noiseMultiplier }) => sum + noiseMultiplier ** -2, 0);
  for (const next of rounds) {
    if (taken.includes(next) || taken.length >= next.maxParticipations) continue;
    const atMs = Math.max(next.opensAtMs, lastMs + next.minSeparationMs);
    if (atMs < next.closesAtMs) most = Math.max(most, bruteForce(rounds, [...taken, next], atMs));
  }
  return most;
}

const lastOf = (rounds: readonly RoundTerms[]) => ({
  last: { opensAtMs: Math.max(...rounds.map(({ opensAtMs }) => opensAtMs)) },
  windowMs: WINDOW_MS,
});

const noiseMultiplier = fc.integer({ min: 2, max: 9 }).map((tenths) => tenths / 2);
const opensAtMs = fc.integer({ min: 0, max: 12 }).map((hours) => hours * 3_600_000);

describe('worstInverseVariance', () => {
  test('takes the rounds with the least noise, as many as the maximum allows', () => {
    const rounds = [2, 5, 3, 7, 4].map((noise, day) => round(day, { noiseMultiplier: noise }));
    expect(worstInverseVariance(rounds, lastOf(rounds))).toBeCloseTo(1 / 4 + 1 / 9 + 1 / 16, 14);
  });

  test('leaves out what the separation forbids', () => {
    // Day 0 and day 2 are two days apart, day 1 is too near to either.
    const rounds = [3, 2.5, 3].map((noise, i) =>
      round(i, { noiseMultiplier: noise, closesAtMs: i * DAY_MS + 60_000, minSeparationMs: 2 * DAY_MS }),
    );
    expect(worstInverseVariance(rounds, lastOf(rounds))).toBeCloseTo(2 / 9, 14);
  });

  test('counts a round until its end is a window away, and none that opens later', () => {
    const rounds = [round(0), round(31), round(62)];
    const worstAt = (ms: number) => worstInverseVariance(rounds, { last: { opensAtMs: ms }, windowMs: WINDOW_MS });
    expect(worstAt(31 * DAY_MS - 1)).toBeCloseTo(1 / 4, 14);
    expect(worstAt(31 * DAY_MS)).toBeCloseTo(1 / 4, 14); // the first is out, the second in
    expect(worstAt(61 * DAY_MS)).toBeCloseTo(1 / 4, 14);
    expect(worstAt(62 * DAY_MS)).toBeCloseTo(1 / 4, 14);
    const close = [round(0), round(29)];
    expect(worstInverseVariance(close, { last: { opensAtMs: 31 * DAY_MS - 1 }, windowMs: WINDOW_MS })).toBeCloseTo(
      1 / 2,
      14,
    );
  });

  test('adds kinds up, each with its own bounds', () => {
    const rounds = [
      ...[0, 1, 2, 3].map((day) => round(day)),
      ...[0, 1, 2].map((day) => round(day, { kind: 'shadow-eval', noiseMultiplier: 5, maxParticipations: 2 })),
    ];
    expect(worstInverseVariance(rounds, lastOf(rounds))).toBeCloseTo(3 / 4 + 2 / 25, 14);
  });

  test('allows a maximum for each of the rounds’ own windows where they are shorter', () => {
    const rounds = Array.from({ length: 9 }, (_, day) =>
      round(3 * day, { privacyWindowMs: 15 * DAY_MS, maxParticipations: 2 }),
    );
    expect(worstInverseVariance(rounds, lastOf(rounds))).toBeCloseTo(4 / 4, 14);
  });

  test('is 0 without rounds', () => {
    expect(worstInverseVariance([], { last: { opensAtMs: 5 }, windowMs: WINDOW_MS })).toBe(0);
  });

  test('is what trying every choice and order gives, where rounds close in order under one rule', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ noiseMultiplier, opensAtMs }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 4 }),
        (drawn, hoursOpen, hoursApart, maxParticipations) => {
          const rounds = drawn.map((terms) =>
            round(0, {
              ...terms,
              closesAtMs: terms.opensAtMs + hoursOpen * 3_600_000,
              minSeparationMs: hoursApart * 3_600_000,
              maxParticipations,
            }),
          );
          expect(worstInverseVariance(rounds, lastOf(rounds))).toBeCloseTo(bruteForce(rounds), 12);
        },
      ),
      { seed: 823, numRuns: 300 },
    );
  });

  test('is never less than what any choice and order gives, whatever the rounds', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            noiseMultiplier,
            opensAtMs,
            hoursOpen: fc.integer({ min: 1, max: 12 }),
            hoursApart: fc.integer({ min: 1, max: 7 }),
            maxParticipations: fc.integer({ min: 1, max: 4 }),
          }),
          { minLength: 2, maxLength: 5 },
        ),
        (drawn) => {
          const rounds = drawn.map(({ hoursOpen, hoursApart, ...terms }) =>
            round(0, {
              ...terms,
              closesAtMs: terms.opensAtMs + hoursOpen * 3_600_000,
              minSeparationMs: hoursApart * 3_600_000,
            }),
          );
          expect(worstInverseVariance(rounds, lastOf(rounds))).toBeGreaterThanOrEqual(bruteForce(rounds) - 1e-12);
        },
      ),
      { seed: 827, numRuns: 300 },
    );
  });
});
