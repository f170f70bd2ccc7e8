import { beforeEach, describe, expect, test } from 'vitest';
import type { ScorerKind } from '#model/scorer.ts';
import type { ModelVersion } from '#protocol/ids.ts';
import type { EngineNews } from '#widget/engine-client.ts';
import type { ModelInUse } from '#widget/engine-messages.ts';
import { describeGpu, GPU_MIN_ITEMS, type GpuChance, gpuChance, tryGpuEngine } from '#widget/gpu-engine.ts';
import { createMemoryMeta, type MetaStore } from '#widget/meta.ts';
import { WidgetError } from '#widget/widget-error.ts';
import { FakeWorker } from './fake-worker.ts';
import { SHOP } from './published-shop.ts';

const NUM_ITEMS = GPU_MIN_ITEMS + 5;

function model(scorer: ScorerKind, numItems = NUM_ITEMS): ModelInUse {
  return { version: 'v2-0123abcd' as ModelVersion, numItems, scorer };
}

const GPU = 'acme rx-7  Acme RX 7 Browser/156.0.0.0';
const UNMEASURED = { kind: 'unmeasured', gpu: GPU } as const;

let meta: MetaStore;
let worker: FakeWorker;
let news: EngineNews[];

beforeEach(() => {
  meta = createMemoryMeta();
  worker = new FakeWorker();
  news = [];
});

/** @param supplied What the new engine ranks with once it has been supplied. */
function race(
  supplied: ModelInUse | undefined | Error,
  chance: Exclude<GpuChance, { kind: 'none' }> = UNMEASURED,
): ReturnType<typeof tryGpuEngine> {
  const settings = { edge: 'https://edge.example', shop: SHOP };
  const start = { kind: 'start', settings, level: 'persistent', quotaBytes: 4e6 } as const;
  const supply = async () => {
    if (supplied instanceof Error) throw supplied;
    if (supplied) worker.say({ kind: 'ready', model: supplied });
    return supplied;
  };
  return tryGpuEngine({ worker, start, chance, meta, supply, onNews: (item) => news.push(item) });
}

function chanceOf(inUse: ModelInUse, gpu: string | undefined = GPU): Promise<GpuChance> {
  return gpuChance(inUse, meta, async () => gpu);
}

describe('the GPU is tried', () => {
  test('from a large catalog on', async () => {
    expect(await chanceOf(model('simd', GPU_MIN_ITEMS))).toEqual(UNMEASURED);
    expect(await chanceOf(model('simd', GPU_MIN_ITEMS - 1))).toEqual({ kind: 'none' });
    expect(await chanceOf(model('webgpu'))).toEqual({ kind: 'none' });
  });

  test('only where there is one, which a small catalog does not even ask', async () => {
    const describe = async () => undefined;
    expect(await gpuChance(model('simd'), meta, describe)).toEqual({ kind: 'none' });
    const refuse = () => Promise.reject(new Error('expected not to be asked'));
    expect(await gpuChance(model('simd', GPU_MIN_ITEMS - 1), meta, refuse)).toEqual({ kind: 'none' });
  });

  test('not again after it has lost, until catalog, adapter or browser is another', async () => {
    expect(await race(model('simd'))).toBeUndefined();
    expect(worker.isTerminated).toBe(true);
    expect(await chanceOf(model('simd'))).toEqual({ kind: 'none' });
    expect(await chanceOf(model('simd', NUM_ITEMS + 40))).toEqual(UNMEASURED);
    const otherGpu = GPU.replaceAll('7', '8');
    expect(await chanceOf(model('simd'), otherGpu)).toEqual({ kind: 'unmeasured', gpu: otherGpu });
    const upgraded = GPU.replace('156', '157');
    expect(await chanceOf(model('simd'), upgraded)).toEqual({ kind: 'unmeasured', gpu: upgraded });
  });

  test('again where an older release has kept something else', async () => {
    await meta.set('gpu-choice', { numItems: NUM_ITEMS, winner: 'cpu' });
    expect(await chanceOf(model('simd'))).toEqual(UNMEASURED);
  });
});

test('an engine on a GPU is told to measure, and not to after it has won', async () => {
  await race(model('webgpu'));
  expect(worker.received).toMatchObject([{ kind: 'start', isGpuChosen: false }, { kind: 'page-loaded' }]);
  const chance = await chanceOf(model('simd'));
  expect(chance).toEqual({ kind: 'won', gpu: GPU });
  worker = new FakeWorker();
  await race(model('webgpu'), { kind: 'won', gpu: GPU });
  expect(worker.received).toMatchObject([{ kind: 'start', isGpuChosen: true }, { kind: 'page-loaded' }]);
});

test('an engine on a GPU that is there no more is not started again', async () => {
  expect(await race(model('simd'), { kind: 'won', gpu: GPU })).toBeUndefined();
  expect(await chanceOf(model('simd'))).toEqual({ kind: 'none' });
});

test('an engine on a GPU that wins takes over with its model, and its news count from then on', async () => {
  const winner = await race(model('webgpu'));
  expect(winner?.model).toEqual(model('webgpu'));
  expect(worker.isTerminated).toBe(false);
  expect(news).toEqual([]);
  worker.say({ kind: 'warning', code: 'storage-full' });
  expect(news).toEqual([{ kind: 'warning', code: 'storage-full' }]);
});

test('an engine on a GPU is ended where the model in use is not stored, and may be tried again', async () => {
  expect(await race(undefined)).toBeUndefined();
  expect(worker.isTerminated).toBe(true);
  expect(await chanceOf(model('simd'))).toEqual(UNMEASURED);
});

test('an engine on a GPU that fails is ended without a word, and may be tried again', async () => {
  expect(await race(new WidgetError('edge-unreachable', 'expected a file'))).toBeUndefined();
  expect(worker.isTerminated).toBe(true);
  expect(news).toEqual([]);
  expect(await chanceOf(model('simd'))).toEqual(UNMEASURED);
});

describe('an adapter', () => {
  const INFO = { vendor: 'acme', architecture: 'rx-7', device: '', description: 'Acme RX 7', isFallbackAdapter: false };
  const browserWith = (adapter: object | null) =>
    ({ gpu: { requestAdapter: async () => adapter }, userAgent: 'Browser/156.0.0.0' }) as unknown as Navigator;

  test('is described by its names and the browser’s', async () => {
    expect(await describeGpu(browserWith({ info: INFO }))).toEqual(GPU);
  });

  test('that is software never counts', async () => {
    expect(await describeGpu(browserWith({ info: { ...INFO, isFallbackAdapter: true } }))).toBeUndefined();
  });

  test('may be missing, as may WebGPU', async () => {
    expect(await describeGpu(browserWith(null))).toBeUndefined();
    expect(await describeGpu({ userAgent: 'Browser/156.0.0.0' } as Navigator)).toBeUndefined();
  });
});
