import type { BundleItem, CatalogItem } from '#protocol/catalog.ts';
import { ENCODER_TENSORS, type EncoderWeights, encoderShapes } from '#protocol/encoder-file.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Neighbors, Popularity } from '#protocol/item-files.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { wordsOf } from '#protocol/words.ts';
import { CONFIG } from '#trainer/config.ts';
import { splitRareWords } from '#trainer/rare-words.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import type { TrainedModel } from '#trainer/trained-model.ts';
import { searchableText } from '#trainer/word-vectors.ts';

/** A shop that nobody has, with a model that nobody trained: of the size and the unevenness of real ones. */
export interface MadeShop {
  readonly trained: TrainedModel;
  readonly items: readonly CatalogItem[];
}

const VOCABULARY = 30_000;
const MAX_WORDS = 8000;
const ITEMS_PER_CLUSTER = 60;
/** Shares of an item's neighbors: of its kind, of what sells everywhere, anything. */
const OF_ITS_KIND = 0.6;
const POPULAR = 0.3;

/**
 * Makes a shop up, the same for one `seed`.
 *
 * Items lie in clusters on the unit sphere, and a cluster is a kind of product: it shares a category, a part of
 * its words and most of its neighbors. Titles have 4–7 words with Zipf's frequencies, addresses the patterns of
 * usual shop software, half of the pairs are of no pattern at all. A second takes some 50,000 items.
 *
 * @param numItems N.
 */
export function makeShop(numItems: number, seed: number): MadeShop {
  const random = seededRandom(seed);
  const numClusters = Math.ceil(numItems / ITEMS_PER_CLUSTER);
  const clusters = Uint32Array.from({ length: numItems }, () => Math.floor(numClusters * random() ** 1.5));
  const items = makeItems(clusters, random);
  const config = configFor(numItems);
  const itemVectors = makeVectors(clusters, config.dim, random);
  return {
    items,
    trained: {
      config,
      itemVectors,
      encoder: makeEncoder(config, random),
      neighbors: makeNeighbors(clusters, random),
      popularity: makePopularity(numItems, random),
      ...makeWords(items, itemVectors, config.dim),
      groups: Uint16Array.from({ length: numItems }, () => Math.floor(random() * config.numGroups)),
    },
  };
}

function configFor(numItems: number): ModelConfig {
  const { dim, numHeads, hiddenDim, maxEvents } = CONFIG;
  return {
    numItems,
    dim,
    numHeads,
    hiddenDim,
    maxEvents,
    numGroups: Math.min(numItems, 2000),
    blend: [
      { maxEvents: 3, sequence: 0.6, neighbors: 40, text: 2, popularity: 1, seen: -9, again: 3, fresh: 2 },
      { maxEvents: null, sequence: 1.1, neighbors: 30, text: 1.5, popularity: 0.6, seen: -9, again: 4, fresh: 1 },
    ],
    recall: { eventDecay: 0.85, visitDecay: 0.8, earlier: 0.1, likeness: 2 },
    diversity: 0.3,
  };
}

function makeItems(clusters: Uint32Array, random: Random): CatalogItem[] {
  const vocabulary = Array.from({ length: VOCABULARY }, () => makeWord(random));
  const brands = Array.from({ length: 300 }, () => capitalized(makeWord(random)));
  const pick = <T>(list: readonly T[]): T => list[zipf(list.length, random)] as T;
  let number = 100_000;
  return Array.from(clusters, (cluster): CatalogItem => {
    number += 1 + Math.floor(random() * 17);
    // A kind of product has words of its own beside those that all have.
    const kindWord = (): string => vocabulary[(cluster * 37 + zipf(12, random)) % VOCABULARY] as string;
    const length = 4 + Math.floor(random() * 4);
    const words = Array.from({ length }, (_, i) => (i < 2 ? kindWord() : pick(vocabulary)));
    const brand = pick(brands);
    const title = [brand, ...words.map(capitalized)].slice(0, length).join(' ');
    const slug = title.toLowerCase().replaceAll(' ', '-');
    return {
      id: `${number}` as ItemId,
      title,
      url: `https://www.lantern-and-loom.example/products/${slug}-${number}`,
      imageUrl: `https://cdn.lantern-and-loom.example/files/1/0533/2089/${slug}-${hex(random)}.jpg?v=${1_600_000_000 + Math.floor(random() * 1e8)}`,
      priceCents: 100 * Math.floor(3 + 200 * random() ** 3) + pick([99, 95, 0, 50, 90]),
      currency: 'EUR',
      categories: [categoryOf(cluster, vocabulary)],
      attributes: {
        brand,
        color: pick(vocabulary.slice(0, 24)),
        material: vocabulary[100 + (cluster % 30)] as string,
        ...(random() < 0.4 && { size: pick(['M', 'L', 'S', 'XL', '20 cm', '30 cm', 'XS', '40 cm']) }),
      },
      stock: pick<BundleItem['stock']>(['in', 'in', 'in', 'in', 'in', 'in', 'out', 'low']),
      description: '',
    };
  });
}

/** Three levels, as wide as those of a department store. */
function categoryOf(cluster: number, vocabulary: readonly string[]): string {
  const name = (place: number): string => capitalized(vocabulary[200 + place] as string);
  return [name(cluster % 11), name(20 + (cluster % 77)), name(100 + (cluster % 385))].join('/');
}

/** Unit vectors around their clusters' centers. */
function makeVectors(clusters: Uint32Array, dim: number, random: Random): Float32Array {
  const numClusters = clusters.reduce((most, cluster) => Math.max(most, cluster + 1), 0);
  const centers = Float32Array.from({ length: numClusters * dim }, () => normal(random));
  const vectors = new Float32Array(clusters.length * dim);
  clusters.forEach((cluster, row) => {
    let squares = 0;
    for (let d = 0; d < dim; d++) {
      const value = (centers[cluster * dim + d] as number) + 0.7 * normal(random);
      vectors[row * dim + d] = value;
      squares += value * value;
    }
    for (let d = 0; d < dim; d++) vectors[row * dim + d] = (vectors[row * dim + d] as number) / Math.sqrt(squares);
  });
  return vectors;
}

/** 24–32 of them, mostly of the item's own kind, with weights that fall as real lists' do. */
function makeNeighbors(clusters: Uint32Array, random: Random): Neighbors {
  const numItems = clusters.length;
  const members = new Map<number, number[]>();
  clusters.forEach((cluster, row) => {
    const list = members.get(cluster);
    if (list) list.push(row);
    else members.set(cluster, [row]);
  });
  const offsets = new Uint32Array(numItems + 1);
  const rows = new Uint32Array(32 * numItems);
  const weights = new Uint8Array(32 * numItems);
  let end = 0;
  clusters.forEach((cluster, row) => {
    const kind = members.get(cluster) as number[];
    const wanted = Math.min(24 + Math.floor(random() * 9), numItems);
    const list = new Set<number>();
    while (list.size < wanted) {
      const from = random();
      if (from < OF_ITS_KIND) list.add(kind[Math.floor(random() * kind.length)] as number);
      if (from >= OF_ITS_KIND && from < OF_ITS_KIND + POPULAR) list.add(Math.floor(numItems * random() ** 3));
      if (list.size < wanted) list.add(Math.floor(numItems * random()));
    }
    let weight = 90 + 90 * random();
    for (const neighbor of list) {
      rows[end] = neighbor;
      weights[end++] = Math.max(1, Math.round(weight));
      weight *= 0.93 + 0.06 * random();
    }
    offsets[row + 1] = end;
  });
  return { offsets, rows: rows.slice(0, end), weights: weights.slice(0, end) };
}

function makePopularity(numItems: number, random: Random): Popularity {
  const isNew = Uint8Array.from({ length: numItems }, () => (random() < 0.03 ? 1 : 0));
  const counts = (power: number): Uint8Array =>
    Uint8Array.from(isNew, (fresh) => (fresh || random() < 0.15 ? 0 : Math.round(255 * random() ** power)));
  return { recent: counts(4), longRun: counts(3), newness: isNew.map((fresh) => fresh * 200) };
}

/** The catalog's words, most frequent first, each the mean of its items' vectors. */
function makeWords(
  items: readonly CatalogItem[],
  itemVectors: Float32Array,
  dim: number,
): Pick<TrainedModel, 'words' | 'wordVectors' | 'rareWords'> {
  const rowsOf = new Map<string, number[]>();
  items.forEach((item, row) => {
    for (const word of new Set(wordsOf(searchableText(item)))) {
      const rows = rowsOf.get(word);
      if (rows) rows.push(row);
      else rowsOf.set(word, [row]);
    }
  });
  const words = [...rowsOf.keys()]
    .sort((a, b) => (rowsOf.get(b) as number[]).length - (rowsOf.get(a) as number[]).length)
    .slice(0, MAX_WORDS);
  const vectors = new Float32Array(words.length * dim);
  words.forEach((word, at) => {
    const rows = (rowsOf.get(word) as number[]).slice(0, 50);
    for (const row of rows) {
      for (let d = 0; d < dim; d++) {
        const place = at * dim + d;
        vectors[place] = (vectors[place] as number) + (itemVectors[row * dim + d] as number) / rows.length;
      }
    }
  });
  return splitRareWords({ words, vectors }, items, dim);
}

function makeEncoder(config: ModelConfig, random: Random): EncoderWeights {
  const shapes = encoderShapes(config);
  return Object.fromEntries(
    ENCODER_TENSORS.map((name) => {
      const size = shapes[name].reduce((product, length) => product * length, 1);
      return [name, Float32Array.from({ length: size }, () => 0.1 * normal(random))];
    }),
  ) as unknown as EncoderWeights;
}

const SYLLABLES = 'ba be bo ca co da de do el en er fa fi ga ha in ka la le li lo ma me mi mo na ne no or pa per ra re ri ro sa se si so ta te ti to un va ve vi wa'.split(' '); // biome-ignore format: a list

function makeWord(random: Random): string {
  const length = 2 + Math.floor(random() * 3);
  return Array.from({ length }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]).join('');
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function hex(random: Random): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

/** A place below `length`, place k about 1 ÷ (k + 1) as likely as the first. */
function zipf(length: number, random: Random): number {
  return Math.floor((length + 1) ** random()) - 1;
}

/** Standard normal (Box and Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
