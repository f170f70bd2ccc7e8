import { setImmediate } from 'node:timers/promises';
import type { Random } from './seeded-random.ts';
import { addCoordinates, POWER_ITERATIONS, principalBasis, type SparseRow } from './sparse-rows.ts';
import { isWholeWord, NUM_BUCKETS, subwordsOf } from './subwords.ts';

/** Subwords kept, those of the most texts: 10,000 cost 1 to 2 points of category purity. */
const MAX_TOKENS = 50_000;
/** A subword of one text alone relates it to no other. */
const MIN_TEXTS = 2;
/** Added to a subword's number of texts: in a small shop, which words are rare is chance. */
const EXTRA_TEXTS = 15;
/** A whole word says more than one of its pieces. */
const WORD_WEIGHT = 2;
/** Texts that directions are found on, before all are projected: bounds time and memory. */
const MAX_FITTED_TEXTS = 20_000;
/** Of a row's length of 1: a text with less in the directions found shares nothing with the others. */
const MIN_SHARED_LENGTH = 1e-3;

/**
 * Vectors of texts in any language, learned from these texts alone: words and character n-grams weighted
 * by TF-IDF, along their principal directions (latent semantic analysis, Deerwester et al. 1990, over
 * fastText's subwords). The IDF is squared, which gains up to 2 points of category purity.
 *
 * @param width Of a vector.
 * @param random Uniform in [0, 1), seeded.
 * @param onProgress Told the number of texts done.
 * @returns `[texts, width]`, rows of length 1; of length 0 for a text that shares no subword with another.
 */
export async function subwordVectors(
  texts: readonly string[],
  {
    width,
    random,
    onProgress = () => {},
  }: { readonly width: number; readonly random: Random; readonly onProgress?: (done: number) => void },
): Promise<{ readonly vectors: Float32Array; readonly numTokens: number }> {
  const vocabulary = chooseTokens(texts);
  const basis = await principalBasis(
    sampleOf(texts, random).map((text) => weigh(text, vocabulary)),
    {
      width: vocabulary.numTokens,
      rank: width,
      random,
      async onPass(numPasses) {
        onProgress(Math.floor((texts.length * numPasses) / (POWER_ITERATIONS + 1)));
        await setImmediate(); // lets the display draw
      },
    },
  );
  const vectors = new Float32Array(texts.length * width);
  const vector = new Float64Array(width);
  texts.forEach((text, row) => {
    vector.fill(0);
    addCoordinates(weigh(text, vocabulary), basis, vector);
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (length < MIN_SHARED_LENGTH) return;
    vectors.set(
      vector.map((value) => value / length),
      row * width,
    );
  });
  onProgress(texts.length);
  return { vectors, numTokens: vocabulary.numTokens };
}

/** The subwords that count, and how much. */
interface Vocabulary {
  readonly numTokens: number;
  /** `[NUM_BUCKETS]`, a kept subword's column, -1 for any other. */
  readonly columns: Int32Array;
  /** `[NUM_BUCKETS]`. */
  readonly weights: Float32Array;
}

function chooseTokens(texts: readonly string[]): Vocabulary {
  const numTextsWith = new Uint32Array(NUM_BUCKETS);
  for (const text of texts) {
    for (const bucket of countsOf(text).keys()) numTextsWith[bucket] = (numTextsWith[bucket] as number) + 1;
  }
  const weights = new Float32Array(NUM_BUCKETS);
  const shared: number[] = [];
  numTextsWith.forEach((numTexts, bucket) => {
    if (numTexts === 0) return;
    const rarity = Math.log1p(texts.length / (numTexts + EXTRA_TEXTS)) ** 2;
    weights[bucket] = rarity * (isWholeWord(bucket) ? WORD_WEIGHT : 1);
    if (numTexts >= MIN_TEXTS) shared.push(bucket);
  });
  const tokens = shared
    .sort((a, b) => (numTextsWith[b] as number) - (numTextsWith[a] as number) || a - b)
    .slice(0, MAX_TOKENS);
  const columns = new Int32Array(NUM_BUCKETS).fill(-1);
  tokens.forEach((bucket, column) => {
    columns[bucket] = column;
  });
  return { numTokens: tokens.length, columns, weights };
}

/** A text's weights, of length 1 together with those of the subwords left out. */
function weigh(text: string, { columns, weights }: Vocabulary): SparseRow {
  const found: number[] = [];
  const values: number[] = [];
  let squares = 0;
  for (const [bucket, count] of countsOf(text)) {
    const value = (1 + Math.log(count)) * (weights[bucket] as number);
    squares += value * value;
    const column = columns[bucket] as number;
    if (column < 0) continue;
    found.push(column);
    values.push(value);
  }
  const length = Math.sqrt(squares);
  return { columns: Uint32Array.from(found), values: Float32Array.from(values, (value) => value / length) };
}

function countsOf(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const bucket of subwordsOf(text)) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  return counts;
}

function sampleOf(texts: readonly string[], random: Random): readonly string[] {
  if (texts.length <= MAX_FITTED_TEXTS) return texts;
  return Array.from({ length: MAX_FITTED_TEXTS }, () => texts[Math.floor(random() * texts.length)] as string);
}
