import { writeFactor } from '#model/factor.ts';
import type { ItemId } from '#protocol/ids.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from '../model/random-model.ts';
import { fakeDigest } from './manifest-fixture.ts';

export const NUM_ITEMS = 12;
export const DIM = 4;
export const NUM_GROUPS = 5;
const RANK = 2;
export const MINUTE_MS = 60_000;

/** What tasks ask of a device. */
export const TASKS = {
  modelUpdate: {
    vdaf: { type: 'UnverifiedVectorSum', length: NUM_GROUPS * RANK },
    rank: RANK,
    factor: writeFactor(spread(RANK * DIM, 0.9, seededRandom(5))),
    clipNorm: 0.25,
    scale: 131_072,
  },
  metrics: {
    windowMs: 10_000 * MINUTE_MS,
    vdaf: { type: 'Prio3SumVec', length: 6, maxMeasurement: 7, chunkLength: 5 },
  },
  popularity: {
    windowMs: 10_000 * MINUTE_MS,
    bucketSeed: fakeDigest(31),
    vdaf: { type: 'Prio3MultihotCountVec', length: 9, maxWeight: 6, chunkLength: 4 },
  },
} as const;

export const itemId = (row: number): ItemId => (row === 7 ? 'größe-7' : `item-${row}`) as ItemId;
