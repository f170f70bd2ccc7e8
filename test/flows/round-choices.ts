import type { RoundChoices } from '#trainer/open-round.ts';

/** What the tests' rounds are opened with. */
export const CHOICES: RoundChoices = {
  minBatch: 100,
  maxBatch: 5000,
  noiseMultiplier: 0.7,
  // A device waits this long after opting in: here only so long that the test can see it wait.
  minSeparationMs: 50,
  maxParticipations: 3,
  durationMs: 60 * 60 * 1000,
};

/** Room for all rounds of a test: their noise is small, so that few devices teach something. */
export const TEST_BUDGET = { epsilon: 1000, delta: 1e-6, windowDays: 30 };

/** Of the tests' `model-update` rounds. */
export const UPDATE = { rank: 4, clipNorm: 2, windowMs: 60_000, maxParticipations: CHOICES.maxParticipations };
