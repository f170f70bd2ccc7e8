import type { CatalogItem } from '#protocol/catalog.ts';
import { CONFIG } from './config.ts';
import { principalCoordinates } from './principal-axes.ts';
import type { Random } from './seeded-random.ts';
import { encodeTexts, TEXT_WIDTH } from './text-encoder.ts';

/** The sentence encoder averages over a text: past this the title is drowned. */
const MAX_DESCRIPTION_CHARACTERS = 160;

/**
 * The frozen text features of every item: the sentence encoder's vectors less their mean, along their
 * principal axes, scaled to a mean square length of 1.
 *
 * @returns `[N, CONFIG.textDim]`, columns by falling variance.
 */
export async function textFeatures(
  items: readonly CatalogItem[],
  {
    cacheFile,
    random,
    onProgress,
  }: { readonly cacheFile: string; readonly random: Random; readonly onProgress?: (done: number) => void },
): Promise<Float32Array> {
  const vectors = await encodeTexts(items.map(describe), { cacheFile, ...(onProgress && { onProgress }) });
  subtractMean(vectors, TEXT_WIDTH);
  const features = principalCoordinates(vectors, { width: TEXT_WIDTH, count: CONFIG.textDim, random });
  const squares = features.reduce((sum, value) => sum + value * value, 0);
  const scale = squares > 0 ? Math.sqrt(items.length / squares) : 0;
  return features.map((value) => value * scale);
}

function describe({ title, categories, description }: CatalogItem): string {
  const leaves = categories.map((path) => path.split('/').at(-1));
  return [title, ...leaves, description.slice(0, MAX_DESCRIPTION_CHARACTERS)].filter(Boolean).join('. ');
}

/** What all texts share says what kind of shop it is, not how items differ. */
function subtractMean(vectors: Float32Array, width: number): void {
  const numRows = vectors.length / width;
  const mean = new Float64Array(width);
  vectors.forEach((value, i) => {
    mean[i % width] = (mean[i % width] as number) + value / numRows;
  });
  for (let i = 0; i < vectors.length; i++) vectors[i] = (vectors[i] as number) - (mean[i % width] as number);
}
