import { toHex } from '#protocol/bytes.ts';
import { encodeCatalogShard } from '#protocol/encode-catalog-shard.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { filesOf, randomModel } from '../model/random-model.ts';
import { type FileVectors, makeFiles } from './file-vectors.ts';
import { edgeHistories, type HistoryInput } from './history-vectors.ts';
import { NOW_MS } from './manifest-fixture.ts';
import { DIM, itemId, MINUTE_MS, NUM_GROUPS, NUM_ITEMS } from './measurement-terms.ts';

/** What a device has, from which its measurements follow. */
export interface MeasurementInputs {
  readonly current: ModelVector;
  readonly candidate: ModelVector;
  /** One shard with all rows, unpacked; of both models. */
  readonly catalog: string;
  /** Oldest first. */
  readonly history: readonly ShopEvent[];
  readonly nowMs: number;
  /** At the edges of rules. */
  readonly histories: readonly HistoryInput[];
  /** Beside the models' own. */
  readonly files: FileVectors;
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

const TINY = { numItems: NUM_ITEMS, dim: DIM, numHeads: 2, hiddenDim: 3, maxEvents: 3, numGroups: NUM_GROUPS };

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
    histories: edgeHistories(),
    files: makeFiles(),
  };
}

function modelVector(seed: number): ModelVector {
  const random = randomModel(seed, TINY);
  const { items, words } = random;
  // One item is all zeros, and one word is a rare one as well.
  items.values.fill(0, (NUM_ITEMS - 1) * DIM);
  const model = { ...random, words: { ...words, itemsOf: new Map([...words.itemsOf, ['lamp', [1, 9, 11]]]) } };
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
