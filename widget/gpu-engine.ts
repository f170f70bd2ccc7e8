import { createEngineClient, type EngineClient, type EngineNews, type EngineWorker } from './engine-client.ts';
import type { ModelInUse, StartMessage } from './engine-messages.ts';
import type { MetaStore } from './meta.ts';

/** Below this a SIMD kernel needs 2 ms: less than a GPU's round trip. */
export const GPU_MIN_ITEMS = 100_000;

/** Whether to start an engine on the GPU: it may win, or has been measured to. */
export type GpuChance =
  | { readonly kind: 'none' }
  /** `gpu`: see {@link describeGpu}. */
  | { readonly kind: 'unmeasured' | 'won'; readonly gpu: string };

/**
 * What a measurement holds for: after a browser upgrade, or on another adapter, it is taken again.
 *
 * @returns `undefined` where there is no GPU that could win: a software adapter never does.
 */
export async function describeGpu({ gpu, userAgent }: Navigator): Promise<string | undefined> {
  const adapter = await gpu?.requestAdapter();
  if (!adapter || adapter.info.isFallbackAdapter) return undefined;
  const { vendor, architecture, device, description } = adapter.info;
  return [vendor, architecture, device, description, userAgent].join(' ');
}

/** The last measurement as it is kept on the device. */
function choiceOf(winner: 'cpu' | 'gpu', numItems: number, gpu: string): string {
  return `${winner} ${numItems} ${gpu}`;
}

/**
 * What is known of a GPU's chances on the catalog in use, which is to have at least {@link GPU_MIN_ITEMS} items.
 *
 * @param describe Asked only about a catalog that is large enough: it wakes the browser's GPU process.
 */
export async function gpuChance(
  { numItems, scorer }: ModelInUse,
  meta: MetaStore,
  describe: () => Promise<string | undefined>,
): Promise<GpuChance> {
  if (scorer === 'webgpu' || numItems < GPU_MIN_ITEMS) return { kind: 'none' };
  const gpu = await describe();
  const choice = await meta.get('gpu-choice');
  if (!gpu || choice === choiceOf('cpu', numItems, gpu)) return { kind: 'none' };
  return { kind: choice === choiceOf('gpu', numItems, gpu) ? 'won' : 'unmeasured', gpu };
}

/** An engine that ranks on the GPU. */
export interface GpuEngine extends EngineClient {
  readonly model: ModelInUse;
}

/**
 * Starts a second engine that measures GPU against CPU on the catalog already stored, once: what won is kept.
 *
 * @param supply Gives it the version in use and the live facts.
 * @param onNews News of the new engine, from when it has won.
 * @returns The engine to go on with, or `undefined` if the GPU did not win or the engine failed.
 */
export async function tryGpuEngine({
  worker,
  start,
  chance,
  meta,
  supply,
  onNews,
}: {
  readonly worker: EngineWorker;
  readonly start: StartMessage;
  readonly chance: Exclude<GpuChance, { kind: 'none' }>;
  readonly meta: MetaStore;
  readonly supply: (client: EngineClient) => Promise<ModelInUse | undefined>;
  readonly onNews: (news: EngineNews) => void;
}): Promise<GpuEngine | undefined> {
  let hasWon = false;
  const client = createEngineClient(worker, (news) => {
    if (hasWon) onNews(news);
  });
  client.send({ ...start, isGpuChosen: chance.kind === 'won' });
  client.send({ kind: 'page-loaded' });
  const model = await supply(client).catch(() => undefined);
  hasWon = model?.scorer === 'webgpu';
  if (model) {
    const choice = choiceOf(hasWon ? 'gpu' : 'cpu', model.numItems, chance.gpu);
    void meta.set('gpu-choice', choice).catch(() => {}); // where storage is denied, every visit measures
  }
  if (model && hasWon) return { ...client, model };
  client.stop();
  return undefined;
}
