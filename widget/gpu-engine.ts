import * as v from 'valibot';
import { CountSchema } from '#protocol/ids.ts';
import { createEngineClient, type EngineClient, type EngineNews, type EngineWorker } from './engine-client.ts';
import type { ModelInUse, StartMessage } from './engine-messages.ts';
import type { MetaStore } from './meta.ts';

/** Below this a SIMD kernel needs 2 ms: less than a GPU's round trip. */
export const GPU_MIN_ITEMS = 100_000;

/** What a measurement holds for: after a browser upgrade, or on another adapter, it is taken again. */
export interface GpuDescription {
  readonly adapter: string;
  readonly browser: string;
}

/** The last measurement, as kept on the device. */
const GpuChoiceSchema = v.object({
  numItems: CountSchema,
  adapter: v.string(),
  browser: v.string(),
  winner: v.picklist(['cpu', 'gpu']),
});

/** Whether to start an engine on the GPU: it may win, or has been measured to. */
export type GpuChance =
  | { readonly kind: 'none' }
  | { readonly kind: 'unmeasured' | 'won'; readonly gpu: GpuDescription };

/** @returns `undefined` where there is no GPU that could win: a software adapter never does. */
export async function describeGpu({ gpu, userAgent }: Navigator): Promise<GpuDescription | undefined> {
  const adapter = await gpu?.requestAdapter();
  if (!adapter || adapter.info.isFallbackAdapter) return undefined;
  const { vendor, architecture, device, description } = adapter.info;
  return { adapter: [vendor, architecture, device, description].join(' '), browser: userAgent };
}

/**
 * What is known of a GPU's chances on the catalog in use, which is to have at least {@link GPU_MIN_ITEMS} items.
 *
 * @param describe Asked only about a catalog that is large enough: it wakes the browser's GPU process.
 */
export async function gpuChance(
  { numItems, scorer }: ModelInUse,
  meta: MetaStore,
  describe: () => Promise<GpuDescription | undefined>,
): Promise<GpuChance> {
  if (scorer === 'webgpu' || numItems < GPU_MIN_ITEMS) return { kind: 'none' };
  const gpu = await describe();
  if (!gpu) return { kind: 'none' };
  const { success, output: choice } = v.safeParse(GpuChoiceSchema, await meta.get('gpu-choice'));
  const isValid =
    success && choice.numItems === numItems && choice.adapter === gpu.adapter && choice.browser === gpu.browser;
  if (!isValid) return { kind: 'unmeasured', gpu };
  return choice.winner === 'gpu' ? { kind: 'won', gpu } : { kind: 'none' };
}

/**
 * Starts a second engine that measures GPU against CPU on the catalog already stored, once: what won is kept.
 *
 * @param onNews News of the new engine, from when it has taken over.
 * @returns The engine to go on with, or `undefined` if the GPU did not win.
 */
export async function tryGpuEngine({
  worker,
  start,
  chance,
  meta,
  onNews,
}: {
  readonly worker: EngineWorker;
  readonly start: StartMessage;
  readonly chance: Exclude<GpuChance, { kind: 'none' }>;
  readonly meta: MetaStore;
  readonly onNews: (news: EngineNews) => void;
}): Promise<EngineClient | undefined> {
  const { promise: firstWord, resolve } = Promise.withResolvers<EngineNews>();
  let listener: (news: EngineNews) => void = (news) => {
    // Trouble that leaves it usable is no answer yet.
    if (news.kind !== 'first-shelf' && !(news.kind === 'failed' && news.isUsable)) resolve(news);
  };
  const client = createEngineClient(worker, (news) => listener(news));
  client.send({ ...start, isGpuChosen: chance.kind === 'won' });
  client.send({ kind: 'page-loaded' });
  const news = await firstWord;
  const hasWon = news.kind === 'ready' && news.model.scorer === 'webgpu';
  if (news.kind === 'ready') {
    const { numItems } = news.model;
    const choice = { numItems, ...chance.gpu, winner: hasWon ? 'gpu' : 'cpu' };
    void meta.set('gpu-choice', choice).catch(() => {}); // where storage is denied, every visit measures
  }
  if (!hasWon) {
    client.stop();
    return undefined;
  }
  listener = onNews;
  onNews(news);
  return client;
}
