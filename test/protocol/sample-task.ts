import { NUM_SHADOW_CELLS, type TaskKind, type TaskOf } from '#protocol/task.ts';
import { fakeDigest, NOW_MS, SHOP } from './manifest-fixture.ts';

const HOUR_MS = 3_600_000;

const COMMON = {
  format: 2,
  shop: SHOP,
  modelDigest: fakeDigest(20),
  minBatch: 400,
  maxBatch: 3000,
  noiseMultiplier: 2.5,
  delta: 1e-6,
  minSeparationMs: 24 * HOUR_MS,
  maxParticipations: 8,
  privacyWindowMs: 720 * HOUR_MS,
  ledger: { count: 3, digest: fakeDigest(25) },
  leader: { origin: 'https://leader.example', hpkeKeyId: 17, hpkePublicKey: `${'L'.repeat(42)}A` },
  helper: { origin: 'https://helper.example:8443', hpkeKeyId: 250, hpkePublicKey: `${'H'.repeat(42)}A` },
  opensAtMs: NOW_MS,
  closesAtMs: NOW_MS + 6 * HOUR_MS,
} as const;

const SAMPLES: { readonly [Kind in TaskKind]: TaskOf<Kind> } = {
  'model-update': {
    ...COMMON,
    kind: 'model-update',
    vdaf: { type: 'UnverifiedVectorSum', length: 6000 },
    itemFeatureDigest: fakeDigest(21),
    rank: 4,
    factor: 'BwD-gEIx'.repeat(8),
    clipNorm: 0.5,
    scale: 65_536,
  },
  metrics: {
    ...COMMON,
    kind: 'metrics',
    vdaf: { type: 'Prio3SumVec', length: 6, maxMeasurement: 15, chunkLength: 5 },
    windowMs: 168 * HOUR_MS,
  },
  popularity: {
    ...COMMON,
    kind: 'popularity',
    vdaf: { type: 'Prio3MultihotCountVec', length: 300, maxWeight: 7, chunkLength: 17 },
    bucketSeed: fakeDigest(23),
    windowMs: 168 * HOUR_MS,
  },
  'shadow-eval': {
    ...COMMON,
    kind: 'shadow-eval',
    vdaf: { type: 'Prio3Histogram', length: NUM_SHADOW_CELLS, chunkLength: 5 },
    candidate: { digest: fakeDigest(24), bytes: 1234 },
  },
};

/** A task of one kind, valid in all its fields; `overrides` replace some. */
export function sampleTask<Kind extends TaskKind>(kind: Kind, overrides: Partial<TaskOf<Kind>> = {}): TaskOf<Kind> {
  return { ...SAMPLES[kind], ...overrides };
}
