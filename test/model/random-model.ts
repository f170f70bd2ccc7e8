import { createItemMeans } from '#model/item-means.ts';
import { type ItemTable, quantizeRows } from '#model/item-table.ts';
import type { Model, ModelFile } from '#model/model.ts';
import { popularityOf } from '#model/popularity.ts';
import { createScoringTable, type ScoringTable } from '#model/scoring-table.ts';
import { alignedCopy } from '#protocol/bytes.ts';
import {
  ENCODER_TENSORS,
  type EncoderTensor,
  type EncoderWeights,
  encodeEncoder,
  encoderShapes,
} from '#protocol/encoder-file.ts';
import { encodeGroups, encodePopularity, type Neighbors, type Popularity } from '#protocol/item-files.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { encodeNeighborShard, type NeighborLists } from '#protocol/neighbor-lists.ts';
import { encodeShard } from '#protocol/shard.ts';
import { encodeWords, type Words } from '#protocol/words.ts';
import { listsOf } from '#trainer/neighbor-entries.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';

/** Numbers spread evenly over −height…height. */
export function spread(length: number, height: number, random: Random): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, () => (2 * random() - 1) * height);
}

export function randomItems(numItems: number, dim: number, random: Random): ItemTable {
  return { numItems, dim, ...quantizeRows(spread(numItems * dim, 1.5, random), dim) };
}

/** A table of these vectors, every row to be shown. */
export function scoringTable(items: ItemTable, { recent, longRun }: Omit<Popularity, 'newness'>): ScoringTable {
  const table = createScoringTable(items.numItems, items.dim);
  table.scales.set(items.scales);
  table.values.set(items.values);
  table.popularity.set(Array.from(recent, (count, row) => popularityOf(count, longRun[row] as number)));
  table.lifts.fill(0);
  return table;
}

/** Encoder weights of which none is 0 or 1, so that each of them leaves a trace. */
export function randomEncoder(
  config: Pick<ModelConfig, 'dim' | 'numHeads' | 'hiddenDim' | 'maxEvents'>,
  random: Random,
): EncoderWeights {
  const shapes = encoderShapes(config);
  const weights = {} as Record<EncoderTensor, Float32Array>;
  for (const name of ENCODER_TENSORS) {
    const size = shapes[name].reduce((product, length) => product * length, 1);
    const center = name.endsWith('Gain') ? 1.3 : 0;
    weights[name] = spread(size, 0.6, random).map((value) => value + center);
  }
  return weights;
}

const WORDS = ['mug', 'lamp', 'chair', 'größe'];

/** A model whose neighbor lists lie open. */
export interface TestModel extends Model {
  readonly neighbors: Neighbors & NeighborLists;
}

/** Lists that a model reads and a test sees. */
export function openLists(neighbors: Neighbors): Neighbors & NeighborLists {
  return { ...neighbors, ...listsOf(neighbors) };
}

/** A small model of random weights, the same for one `seed`. */
export function randomModel(seed: number, overrides: Partial<ModelConfig> = {}): TestModel {
  const random = seededRandom(seed);
  const config: ModelConfig = {
    numItems: 23,
    dim: 8,
    numHeads: 2,
    hiddenDim: 12,
    maxEvents: 6,
    numGroups: 23,
    blend: [
      { maxEvents: 2, sequence: 0.3, neighbors: 4, text: 0.7, popularity: 1.5, seen: -1.2, again: 3.5, fresh: 2.2 },
      {
        maxEvents: null,
        sequence: 0.8,
        neighbors: 2.5,
        text: -0.4,
        popularity: 0.6,
        seen: -2.3,
        again: 1.7,
        fresh: -1.6,
      },
    ],
    recall: { eventDecay: 0.8, visitDecay: 0.6, earlier: 0.35, likeness: 1.9 },
    ...overrides,
  };
  const { numItems, dim, numGroups } = config;
  const vectors = randomItems(numItems, dim, random);
  const bytes = (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256));
  const isNew = (row: number): boolean => row % 4 === 1;
  const ofKnown = (counts: Uint8Array) => counts.map((count, row) => (isNew(row) ? 0 : count));
  const encoder = randomEncoder(config, random);
  const neighbors = openLists(randomNeighbors(numItems, random));
  const popularity = {
    recent: ofKnown(bytes(numItems)),
    longRun: ofKnown(bytes(numItems)),
    newness: bytes(numItems).map((value, row) => (isNew(row) ? value : 0)),
  };
  const items = scoringTable(vectors, popularity);
  const means = createItemMeans(dim);
  for (let row = 0; row < numItems; row++) means.add(items, row);
  return {
    config,
    items,
    means: means.means(),
    encoder,
    neighbors,
    popularity,
    words: randomWords(dim, random),
    groups: Uint16Array.from({ length: numItems }, (_, row) => row % numGroups),
  };
}

/** Lists of none to three other items; in half of them the item itself, before, between or after those. */
function randomNeighbors(numItems: number, random: Random): Neighbors {
  const offsets = new Uint32Array(numItems + 1);
  const rows: number[] = [];
  for (let row = 0; row < numItems; row++) {
    const list = new Set<number>();
    const numOthers = Math.floor(random() * 4);
    for (let i = 0; i < numOthers; i++) list.add((row + 1 + Math.floor(random() * (numItems - 1))) % numItems);
    const sorted = [...list, ...(random() < 0.5 ? [row] : [])].sort((a, b) => a - b);
    rows.push(...sorted);
    offsets[row + 1] = rows.length;
  }
  return {
    offsets,
    rows: Uint32Array.from(rows),
    weights: Uint8Array.from(rows, () => 20 + Math.floor(random() * 230)),
  };
}

function randomWords(dim: number, random: Random): Words {
  return {
    rowOf: new Map(WORDS.map((word, row) => [word, row])),
    dim,
    itemsOf: new Map([
      ['kettle', [3, 11]],
      ['tajine', [6]],
    ]),
    ...quantizeRows(spread(WORDS.length * dim, 0.9, random), dim),
  };
}

/** The model's files, rows in two shards of each kind. */
export function filesOf({ config, items, encoder, neighbors, popularity, words, groups }: TestModel): ModelFile[] {
  const { numItems, dim } = config;
  const numFirst = Math.floor(numItems / 3);
  const places = [
    { firstRow: 0, rows: numFirst },
    { firstRow: numFirst, rows: numItems - numFirst },
  ];
  return [
    ...places.flatMap((place): ModelFile[] => {
      const { firstRow, rows } = place;
      const end = firstRow + rows;
      const shard = {
        ...place,
        dim,
        scales: items.scales.subarray(firstRow, end),
        values: items.values.subarray(firstRow * dim, end * dim),
      };
      const recent = popularity.recent.subarray(firstRow, end);
      const longRun = popularity.longRun.subarray(firstRow, end);
      const newness = popularity.newness.subarray(firstRow, end);
      return [
        { kind: 'items', ...place, bytes: alignedCopy(encodeShard(shard)) },
        { kind: 'neighbors', ...place, bytes: alignedCopy(encodeNeighborShard(neighbors, place)) },
        { kind: 'popularity', ...place, bytes: alignedCopy(encodePopularity({ recent, longRun, newness })) },
        { kind: 'groups', ...place, bytes: alignedCopy(encodeGroups(groups.subarray(firstRow, end))) },
      ];
    }),
    { kind: 'encoder', bytes: alignedCopy(encodeEncoder(encoder, config)) },
    { kind: 'words', bytes: alignedCopy(encodeWords(words)) },
  ];
}

/** Row `row` of the table in float64. */
export function exactRow({ dim, scales, values }: Pick<ItemTable, 'dim' | 'scales' | 'values'>, row: number): number[] {
  return Array.from(values.subarray(row * dim, (row + 1) * dim), (value) => value * (scales[row] as number));
}

/** Product of two vectors in float64. */
export function exactDot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
