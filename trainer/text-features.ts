import type { CatalogItem } from '#protocol/catalog.ts';
import { CONFIG } from './config.ts';
import { principalCoordinates } from './principal-axes.ts';
import type { Random } from './seeded-random.ts';
import { subwordVectors } from './subword-vectors.ts';
import { encodeTexts, TEXT_WIDTH } from './text-encoder.ts';
import { languageOf } from './text-language.ts';
import type { TextSource } from './text-source.ts';

/** The sentence encoder averages over a text: past this the title is drowned. */
const MAX_DESCRIPTION_CHARACTERS = 160;
/** Directions of subword vectors: some more than the features', since the last ones are found least well. */
const SUBWORD_WIDTH = CONFIG.textDim + 8;
/** Mean square length below which vectors of length 1, less their mean, are nothing but rounding. */
const SMALLEST_SQUARE = 1e-9;

export interface TextFeatures {
  /** `[N, CONFIG.textDim]`, columns by falling variance. */
  readonly features: Float32Array;
  readonly source: TextSource;
}

interface TextOptions {
  /** Keeps the sentence encoder's vectors. */
  readonly cacheFile: string;
  readonly random: Random;
  /** Told the number of items done. */
  readonly onProgress?: (done: number) => void;
}

/**
 * The frozen text features of every item: vectors by the English sentence encoder or of subwords, less
 * their mean, along their principal axes, scaled to a mean square length of 1. An item without text has
 * zeros, and no part in any mean: else all such items would be alike.
 */
export async function textFeatures(
  items: readonly CatalogItem[],
  { cacheFile, random, onProgress = () => {} }: TextOptions,
): Promise<TextFeatures> {
  const texts = items.map(describe);
  const rows = Array.from(texts.keys()).filter((row) => /[\p{L}\p{N}]/u.test(texts[row] as string));
  const features = new Float32Array(items.length * CONFIG.textDim);
  if (rows.length === 0) return { features, source: { kind: 'none' } };
  const { vectors, width, source } = await vectorsOf(
    rows.map((row) => texts[row] as string),
    { cacheFile, random, onProgress: (done) => onProgress(items.length - rows.length + done) },
  );
  const coordinates = principalCoordinates(lessMean(vectors, width), { width, count: CONFIG.textDim });
  const squares = coordinates.reduce((sum, value) => sum + value * value, 0);
  const isNoise = squares <= SMALLEST_SQUARE * rows.length;
  const scale = isNoise ? 0 : Math.sqrt(rows.length / squares);
  rows.forEach((row, i) => {
    const own = coordinates.subarray(i * CONFIG.textDim, (i + 1) * CONFIG.textDim);
    features.set(
      own.map((value) => value * scale),
      row * CONFIG.textDim,
    );
  });
  return { features, source };
}

/**
 * English has a pre-trained encoder, any other language is learned from the texts.
 *
 * @returns `[texts, width]`, rows of length about 1.
 */
async function vectorsOf(
  texts: readonly string[],
  { cacheFile, random, onProgress }: Required<TextOptions>,
): Promise<{ readonly vectors: Float32Array; readonly width: number; readonly source: TextSource }> {
  const language = languageOf(texts);
  if (language === 'en') {
    const vectors = await encodeTexts(texts, { cacheFile, onProgress });
    return { vectors, width: TEXT_WIDTH, source: { kind: 'english' } };
  }
  const { vectors, numTokens } = await subwordVectors(texts, { width: SUBWORD_WIDTH, random, onProgress });
  return { vectors, width: SUBWORD_WIDTH, source: { kind: 'subword', ...(language && { language }), numTokens } };
}

function describe({ title, categories, description }: CatalogItem): string {
  const leaves = categories.map((path) => path.split('/').at(-1));
  return [title, ...leaves, description.slice(0, MAX_DESCRIPTION_CHARACTERS)].filter(Boolean).join('. ');
}

/**
 * What all texts share says what kind of shop it is, not how items differ. Rows of zeros have no part in
 * the mean and stay.
 */
function lessMean(vectors: Float32Array, width: number): Float32Array {
  const centered = vectors.slice();
  const rows = Array.from({ length: vectors.length / width }, (_, row) =>
    centered.subarray(row * width, (row + 1) * width),
  ).filter((row) => row.some((value) => value !== 0));
  const mean = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + (row[i] as number) / rows.length;
  }
  for (const row of rows) {
    for (let i = 0; i < width; i++) row[i] = (row[i] as number) - (mean[i] as number);
  }
  return centered;
}
