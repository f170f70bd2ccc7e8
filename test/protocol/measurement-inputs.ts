import { writeFactor } from '#model/factor.ts';
import { toHex } from '#protocol/bytes.ts';
import { encodeCatalogShard } from '#protocol/encode-catalog-shard.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { filesOf, randomModel, spread } from '../model/random-model.ts';
import { fakeDigest, NOW_MS } from './manifest-fixture.ts';

/** What a device has, from which its measurements follow. */
export interface MeasurementInputs {
  readonly current: ModelVector;
  readonly candidate: ModelVector;
  /** One shard with all rows, unpacked; of both models. */
  readonly catalog: string;
  /** Oldest first. */
  readonly history: readonly ShopEvent[];
  readonly nowMs: number;
}

interface FileVector {
  readonly kind: string;
  readonly firstRow?: number;
  readonly rows?: number;
  readonly bytes: string;
}

/** A bundle's files, unpacked. */
export interface ModelVector {
  readonly config: ModelConfig;
  readonly files: readonly FileVector[];
}

export const NUM_ITEMS = 12;
const [DIM, NUM_GROUPS, RANK] = [4, 5, 2];
const TINY = { numItems: NUM_ITEMS, dim: DIM, numHeads: 2, hiddenDim: 3, maxEvents: 3, numGroups: NUM_GROUPS };
const MINUTE_MS = 60_000;

/** What tasks ask of it. */
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

/** The same each time. */
export function makeInputs(): MeasurementInputs {
  const items = Array.from({ length: NUM_ITEMS }, (_, row) => ({
    id: itemId(row),
    title: `Lamp ${row}`,
    url: `/p/${row}`,
    imageUrl: `/i/${row}`,
    priceCents: 1900 + row,
    currency: 'EUR',
    categories: [],
    attributes: {},
    stock: 'in' as const,
  }));
  return {
    current: modelVector(53),
    candidate: modelVector(59),
    catalog: toHex(encodeCatalogShard(items)),
    history: sampleHistory(),
    nowMs: NOW_MS,
  };
}

function modelVector(seed: number): ModelVector {
  const model = randomModel(seed, TINY);
  const files = filesOf(model).map(({ bytes, ...file }) => ({ ...file, bytes: toHex(new Uint8Array(bytes)) }));
  return { config: model.config, files };
}

/** More than twenty item events in three visits, with gaps of all lengths, and what is to be left out. */
function sampleHistory(): ShopEvent[] {
  const kinds = ['view', 'select', 'view', 'add', 'purchase'] as const;
  const rows = [3, 8, 8, 1, 10, 4, 0, 7, 2, 9, 11, 5, 6, 3, 8, 4, 7, 10, 1, 2, 3, 9, 7, 4, 5, 8];
  const minutesAgo = (t: number): number => (t < 6 ? 50_000 - 9000 * t : t < 18 ? 3000 - 13 * t : 60 - 2 * t);
  const events = rows.map(
    (row, t): ShopEvent => ({
      kind: kinds[t % kinds.length] as (typeof kinds)[number],
      itemId: itemId(row),
      atMs: NOW_MS - minutesAgo(t) * MINUTE_MS,
    }),
  );
  const around = (t: number) => ({ atMs: NOW_MS - minutesAgo(t) * MINUTE_MS - 20_000 });
  return [
    ...events,
    { kind: 'view' as const, itemId: 'sold-out' as ItemId, ...around(9) },
    { kind: 'search' as const, query: 'Chair', ...around(9) },
    { kind: 'search' as const, query: 'Kettle, größe', ...around(22) },
    { kind: 'impression' as const, itemId: itemId(6), ...around(23) },
  ].sort((a, b) => a.atMs - b.atMs);
}
