import { createEngineClient, type EngineClient, type EngineNews, type EngineWorker } from './engine-client.ts';
import type { ModelInUse, ToEngine } from './engine-messages.ts';
import type { MetaStore } from './meta.ts';

/** Below this a SIMD kernel needs 2 ms: less than a GPU's round trip. */
export const GPU_MIN_ITEMS = 100_000;

/**
 * Whether the GPU is worth a try: a catalog of at least {@link GPU_MIN_ITEMS}, a browser with WebGPU,
 * and no earlier measurement at this catalog's size that the GPU lost.
 */
export async function isGpuPromising(model: ModelInUse, meta: MetaStore, hasWebGpu: boolean): Promise<boolean> {
  return (
    hasWebGpu &&
    model.scorer !== 'webgpu' &&
    model.numItems >= GPU_MIN_ITEMS &&
    (await meta.get('gpu-lost-at')) !== model.numItems
  );
}

/**
 * Starts a second engine that measures GPU against CPU on the catalog already stored.
 *
 * @param onNews News of the new engine, from when it has taken over.
 * @returns The engine to go on with, or `undefined` if the GPU did not win; that is remembered.
 */
export async function tryGpuEngine({
  worker,
  start,
  meta,
  onNews,
}: {
  readonly worker: EngineWorker;
  readonly start: Extract<ToEngine, { kind: 'start' }>;
  readonly meta: MetaStore;
  readonly onNews: (news: EngineNews) => void;
}): Promise<EngineClient | undefined> {
  const { promise: firstWord, resolve } = Promise.withResolvers<EngineNews>();
  let listener: (news: EngineNews) => void = (news) => {
    // Trouble that leaves it usable is no answer yet.
    if (news.kind !== 'first-shelf' && !(news.kind === 'failed' && news.isUsable)) resolve(news);
  };
  const client = createEngineClient(worker, (news) => listener(news));
  client.send(start);
  const news = await firstWord;
  if (news.kind === 'ready' && news.model.scorer === 'webgpu') {
    listener = onNews;
    onNews(news);
    return client;
  }
  client.stop();
  if (news.kind === 'ready') await meta.set('gpu-lost-at', news.model.numItems);
  return undefined;
}
