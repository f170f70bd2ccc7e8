import type { RoundChoices } from '#trainer/open-round.ts';

/** What the tests' rounds are opened with. */
export const CHOICES: RoundChoices = {
  rank: 4,
  clipNorm: 2,
  minBatch: 100,
  maxBatch: 5000,
  noiseMultiplier: 0.7,
  delta: 1e-6,
  // A device waits this long after opting in: here only so long that the test can see it wait.
  minSeparationMs: 50,
  maxParticipations: 3,
  privacyWindowMs: 30 * 24 * 60 * 60 * 1000,
  durationMs: 60 * 60 * 1000,
};
