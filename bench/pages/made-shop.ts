import type { CatalogItem } from '#protocol/catalog.ts';
import { ENCODER_TENSORS, type EncoderTensor, type EncoderWeights, encoderShapes } from '#protocol/encoder-file.ts';
import type { ItemId } from '#protocol/ids.ts';
import { MAX_NEIGHBORS, type Neighbors } from '#protocol/item-files.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { CONFIG } from '#trainer/config.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';

/** A shop as training would leave it, of any size and the same for one seed: made up, of real shapes and sizes. */
export interface MadeShop {
  readonly trained: TrainedModel;
  /** In row order; a demo shop can serve it. */
  readonly items: readonly CatalogItem[];
}

const ADJECTIVES = ['Slate', 'Willow', 'Copper', 'Harbor', 'Linen', 'Ember', 'Fjord', 'Moss', 'Pearl', 'Saffron'];
const MATERIALS = ['stoneware', 'oak', 'enamel', 'wool', 'glass', 'brass', 'rattan', 'cotton', 'marble', 'clay'];
const KINDS = ['mug', 'lamp', 'vase', 'throw', 'bowl', 'clock', 'basket', 'planter', 'candle', 'tray', 'jug', 'stool'];
const ROOMS = ['Kitchen', 'Living room', 'Garden'];
const NUM_WORDS = 3000;

/** The blend and recall that training found for the demo shop, rounded. */
const FITTED: Pick<ModelConfig, 'blend' | 'recall' | 'diversity'> = {
  blend: [
    { maxEvents: 3, sequence: 0.6, neighbors: 3.5, text: 0.7, popularity: 0.8, seen: -0.9, again: 1.2, fresh: 0.4 },
    { maxEvents: 12, sequence: 0.9, neighbors: 3, text: 0.5, popularity: 0.5, seen: -1.1, again: 1.4, fresh: 0.4 },
    { maxEvents: null, sequence: 1.1, neighbors: 2.6, text: 0.4, popularity: 0.4, seen: -1.2, again: 1.5, fresh: 0.4 },
  ],
  recall: { eventDecay: 0.85, visitDecay: 0.85, earlier: 0.4, likeness: 1.5 },
  diversity: 0.15,
};

export function makeShop(numItems: number, seed: number): MadeShop {
  const random = seededRandom(seed);
  const { dim, numHeads, hiddenDim, maxEvents } = CONFIG;
  const numGroups = Math.min(numItems, CONFIG.maxGroups);
  const config = { numItems, dim, numHeads, hiddenDim, maxEvents, numGroups, ...FITTED };
  const popularity = Uint8Array.from({ length: numItems }, (_, row) => Math.round(250 / (1 + row / (numItems / 20))));
  return {
    trained: {
      config,
      itemVectors: clusteredVectors(numItems, dim, random),
      encoder: drawEncoder(config, random),
      neighbors: drawNeighbors(numItems, random),
      popularity: { recent: popularity, longRun: popularity, newness: new Uint8Array(numItems) },
      words: Array.from({ length: NUM_WORDS }, (_, word) => wordAt(word)),
      wordVectors: Float32Array.from({ length: NUM_WORDS * dim }, () => 0.2 * normal(random)),
      groups: Uint16Array.from({ length: numItems }, (_, row) => row % numGroups),
    },
    items: Array.from({ length: numItems }, (_, row) => makeItem(row)),
  };
}

/** Items of one kind have vectors near each other, as trained ones do; length 1. */
export function clusteredVectors(numItems: number, dim: number, random: Random): Float32Array<ArrayBuffer> {
  const centers = Float32Array.from({ length: KINDS.length * dim }, () => normal(random));
  const vectors = new Float32Array(numItems * dim);
  for (let row = 0; row < numItems; row++) {
    const center = (row % KINDS.length) * dim;
    let squares = 0;
    for (let d = 0; d < dim; d++) {
      const value = (centers[center + d] as number) + 1.2 * normal(random);
      vectors[row * dim + d] = value;
      squares += value * value;
    }
    for (let d = 0; d < dim; d++) vectors[row * dim + d] = (vectors[row * dim + d] as number) / Math.sqrt(squares);
  }
  return vectors;
}

function makeItem(row: number): CatalogItem {
  const [adjective, material, kind] = [at(ADJECTIVES, row), at(MATERIALS, row / 10), at(KINDS, row)];
  const id = `P${String(row).padStart(6, '0')}`;
  return {
    id: id as ItemId,
    title: `${adjective} ${material} ${kind}, no. ${row}`,
    description: `A ${kind} of ${material}, made by hand.`,
    url: `/item/${id}`,
    imageUrl: `/pictures/${id}.webp`,
    priceCents: 900 + ((row * 37) % 9000),
    currency: 'EUR',
    categories: [`${at(ROOMS, row % KINDS.length)}/${kind[0]?.toUpperCase()}${kind.slice(1)}s`],
    attributes: { material, style: adjective },
    stock: 'in',
  };
}

function wordAt(word: number): string {
  const known = [...ADJECTIVES, ...MATERIALS, ...KINDS];
  return (known[word] ?? `word${word.toString(36)}`).toLowerCase();
}

function at(list: readonly string[], index: number): string {
  return list[Math.floor(index) % list.length] as string;
}

/** Weights of the size that initialization gives; gains around 1. */
function drawEncoder(config: ModelConfig, random: Random): EncoderWeights {
  const shapes = encoderShapes(config);
  const weights = {} as Record<EncoderTensor, Float32Array>;
  for (const name of ENCODER_TENSORS) {
    const size = shapes[name].reduce((product, length) => product * length, 1);
    const center = name.endsWith('Gain') ? 1 : 0;
    weights[name] = Float32Array.from({ length: size }, () => center + 0.1 * normal(random));
  }
  return weights;
}

/** Full lists, mostly of the item's own kind. */
function drawNeighbors(numItems: number, random: Random): Neighbors {
  const length = Math.min(MAX_NEIGHBORS, numItems - 1);
  const rows = new Uint32Array(numItems * length);
  const weights = new Uint8Array(numItems * length);
  for (let row = 0; row < numItems; row++) {
    const list = new Set<number>();
    while (list.size < length) {
      const step = Math.floor(random() * numItems);
      const other = random() < 0.8 ? row + step * KINDS.length : row + step;
      if (other % numItems !== row) list.add(other % numItems);
    }
    let entry = row * length;
    for (const other of list) {
      rows[entry] = other;
      weights[entry] = 230 - 6 * (entry % length);
      entry++;
    }
  }
  const offsets = Uint32Array.from({ length: numItems + 1 }, (_, row) => row * length);
  return { offsets, rows, weights };
}

/** Box and Muller (1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
