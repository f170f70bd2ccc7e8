import { decodeCodes } from '#model/decode-codes.ts';
import { type ItemTable, quantizeRows } from '#model/item-table.ts';
import { ndcgAt } from '#model/metrics.ts';
import { topRows } from '#model/top-rows.ts';
import { CODES_PER_ITEM, encodeCodebooks } from '#protocol/item-codes.ts';
import { createDenseScorer } from '#trainer/dense-scorer.ts';
import { encodeWithCodebooks, learnCodebooks } from '#trainer/product-quantizer.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import type { Row } from './table.ts';

const DIM = 64;
const NUM_ITEMS = 100_000;
const NUM_CLUSTERS = 1500;
const NUM_CASES = 1000;
const TOP = 20;
/** Makes choices as sure as a good model's: float32 then finds about a fifth of NDCG@20. */
const QUERY_LENGTH = 2.2;

/** A made-up visit: the session vector, and the item chosen next. */
interface Case {
  readonly query: Float32Array;
  /** By exact scores, best first. */
  readonly exactTop: Uint32Array;
  readonly target: number;
}

/**
 * Items as int8 rows beside items as codes, on a made-up table in clusters: no shop's data, so its NDCG
 * says what an encoding does to a ranking and not how good a shop's ranking is. The limit is the same
 * table in float32. Both encodings go the device's way: decoded to int8 rows, scored by the SIMD kernel.
 */
export async function benchItemCodes(): Promise<{ readonly table: Row[]; readonly note: string }> {
  const random = seededRandom(17);
  const vectors = clusteredVectors(random);
  const cases = Array.from({ length: NUM_CASES }, () => makeCase(vectors, random));
  const limit = cases.map(({ exactTop, target }) => gainOf(exactTop, target));

  const int8 = { numItems: NUM_ITEMS, dim: DIM, ...quantizeRows(vectors, DIM) };
  const learnFromMs = performance.now();
  const codebooks = learnCodebooks(vectors, { dim: DIM, random });
  const encodeFromMs = performance.now();
  const codes = encodeWithCodebooks(vectors, codebooks, DIM);
  const decodeFromMs = performance.now();
  const coded = { numItems: NUM_ITEMS, dim: DIM, ...decodeCodes(codes, codebooks, DIM) };
  const doneMs = performance.now();

  const rowOf = async (name: string, items: ItemTable, bytes: readonly [number, number]): Promise<Row> => {
    const tops = await topsOf(items, cases);
    const found = tops.map((top, i) => shareFound(top, (cases[i] as Case).exactTop));
    const gains = tops.map((top, i) => gainOf(top, (cases[i] as Case).target));
    const { loss, standardError } = relativeLoss(gains, limit);
    return [
      name,
      ...bytes,
      percent(squaredError(items, vectors), 3),
      percent(mean(found), 1),
      percent(mean(gains), 2),
      `${percent(loss, 1)} ± ${percent(standardError, 1)}`,
    ];
  };
  const table: Row[] = [
    ['', 'bytes an item', 'bytes shared', 'squared error', 'of the true top 20', 'NDCG@20', 'relative loss'],
    ['float32 (limit)', 4 * DIM, 0, percent(0, 3), percent(1, 1), percent(mean(limit), 2), percent(0, 1)],
    await rowOf('int8 rows', int8, [4 + DIM, 0]),
    await rowOf('codes', coded, [CODES_PER_ITEM, encodeCodebooks(codebooks).length]),
  ];
  const learnSeconds = (encodeFromMs - learnFromMs) / 1000;
  const encodeSeconds = (decodeFromMs - encodeFromMs) / 1000;
  const note = `Codes: codebooks learned in ${learnSeconds.toFixed(1)} s, items encoded in ${encodeSeconds.toFixed(1)} s, decoded in ${(doneMs - decodeFromMs).toFixed(0)} ms.`;
  return { table, note };
}

/** Clusters of different sizes around centers; a third of the items stand further from theirs. */
function clusteredVectors(random: Random): Float32Array {
  const centers = Float32Array.from({ length: NUM_CLUSTERS * DIM }, () => normal(random));
  const vectors = new Float32Array(NUM_ITEMS * DIM);
  for (let row = 0; row < NUM_ITEMS; row++) {
    const center = Math.floor(NUM_CLUSTERS * random() ** 2) * DIM;
    const distance = random() < 1 / 3 ? 0.9 : 0.5;
    for (let d = 0; d < DIM; d++) {
      vectors[row * DIM + d] = 0.25 * ((centers[center + d] as number) + distance * normal(random));
    }
  }
  return vectors;
}

/** A session near an item; chosen next by chance, the likelier the higher an item's exact score (a softmax). */
function makeCase(vectors: Float32Array, random: Random): Case {
  const near = Math.floor(random() * NUM_ITEMS) * DIM;
  const query = Float32Array.from(
    { length: DIM },
    (_, d) => QUERY_LENGTH * ((vectors[near + d] as number) + 0.15 * normal(random)),
  );
  const scores = exactScores(vectors, query);
  // The largest after adding Gumbel noise is a draw from the softmax.
  const drawn = scores.map((score) => score - Math.log(-Math.log(1 - random())));
  return { query, exactTop: topRows(scores, TOP), target: topRows(drawn, 1)[0] as number };
}

function exactScores(vectors: Float32Array, query: Float32Array): Float32Array {
  const scores = new Float32Array(NUM_ITEMS);
  for (let row = 0, at = 0; row < NUM_ITEMS; row++) {
    let sum = 0;
    for (let d = 0; d < DIM; d++, at++) sum += (query[d] as number) * (vectors[at] as number);
    scores[row] = sum;
  }
  return scores;
}

async function topsOf(items: ItemTable, cases: readonly Case[]): Promise<Uint32Array[]> {
  const scoreAll = createDenseScorer(items);
  const scores = new Float32Array(NUM_ITEMS);
  const tops: Uint32Array[] = [];
  for (const { query } of cases) {
    scoreAll(query, scores);
    tops.push(topRows(scores, TOP));
  }
  return tops;
}

function gainOf(top: Uint32Array, target: number): number {
  const rank = top.indexOf(target);
  return ndcgAt([rank < 0 ? Number.POSITIVE_INFINITY : rank], TOP);
}

function shareFound(top: Uint32Array, exactTop: Uint32Array): number {
  return top.filter((row) => exactTop.includes(row)).length / TOP;
}

/** Of the mean gain, with the standard error of the paired differences. */
function relativeLoss(gains: readonly number[], limit: readonly number[]): { loss: number; standardError: number } {
  const differences = gains.map((gain, i) => (limit[i] as number) - gain);
  const center = mean(differences);
  const variance = mean(differences.map((difference) => (difference - center) ** 2));
  return {
    loss: center / mean(limit),
    standardError: Math.sqrt(variance / gains.length) / mean(limit),
  };
}

/** Of all values, relative to the sum of their squares. */
function squaredError({ scales, values }: ItemTable, vectors: Float32Array): number {
  let error = 0;
  let squares = 0;
  vectors.forEach((value, i) => {
    error += ((scales[Math.floor(i / DIM)] as number) * (values[i] as number) - value) ** 2;
    squares += value ** 2;
  });
  return error / squares;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard normal (Box and Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`;
}
