import { beforeEach, describe, expect, test } from 'vitest';
import type { ScorerKind } from '#model/scorer.ts';
import type { Digest, ModelVersion } from '#protocol/ids.ts';
import type { EngineNews } from '#widget/engine-client.ts';
import type { ModelInUse } from '#widget/engine-messages.ts';
import { GPU_MIN_ITEMS, isGpuPromising, tryGpuEngine } from '#widget/gpu-engine.ts';
import { createMemoryMeta, type MetaStore } from '#widget/meta.ts';
import { FakeWorker } from './fake-worker.ts';
import { SHOP } from './published-shop.ts';

const NUM_ITEMS = GPU_MIN_ITEMS + 5;

function model(scorer: ScorerKind, numItems = NUM_ITEMS): ModelInUse {
  const digest = 'a1'.repeat(32) as Digest;
  return { version: 'v2-0123abcd' as ModelVersion, numItems, scorer, modelDigest: digest, itemFeatureDigest: digest };
}

let meta: MetaStore;
let worker: FakeWorker;
let news: EngineNews[];

beforeEach(() => {
  meta = createMemoryMeta();
  worker = new FakeWorker();
  news = [];
});

function race() {
  const settings = { edge: 'https://edge.example', shop: SHOP, publishingKey: 'K'.repeat(43) as never };
  const start = { kind: 'start', settings, level: 'persistent', quotaBytes: 4e6 } as const;
  return tryGpuEngine({ worker, start, meta, onNews: (item) => news.push(item) });
}

describe('the GPU is tried', () => {
  test('from a large catalog on, where the browser has WebGPU', async () => {
    expect(await isGpuPromising(model('simd', GPU_MIN_ITEMS), meta, true)).toBe(true);
    expect(await isGpuPromising(model('simd', GPU_MIN_ITEMS - 1), meta, true)).toBe(false);
    expect(await isGpuPromising(model('simd'), meta, false)).toBe(false);
  });

  test('not again after it has lost, until the catalog changes its size', async () => {
    const result = race();
    worker.say({ kind: 'ready', model: model('simd') });
    expect(await result).toBeUndefined();
    expect(worker.isTerminated).toBe(true);
    expect(await isGpuPromising(model('simd'), meta, true)).toBe(false);
    expect(await isGpuPromising(model('simd', NUM_ITEMS + 40), meta, true)).toBe(true);
  });
});

test('an engine on a GPU that wins takes over with its news', async () => {
  const result = race();
  const ready = { kind: 'ready', model: model('webgpu') } as const;
  worker.say(ready);
  expect(await result).toBeDefined();
  worker.say({ kind: 'shelves-off' });
  expect(news).toEqual([ready, { kind: 'shelves-off' }]);
});

test('an engine on a GPU with trouble that leaves it usable goes on', async () => {
  const result = race();
  worker.say({ kind: 'failed', code: 'live-invalid', isUsable: true });
  worker.say({ kind: 'ready', model: model('webgpu') });
  expect(await result).toBeDefined();
});

test('an engine on a GPU is ended where the merchant has turned shelves off', async () => {
  const result = race();
  worker.say({ kind: 'shelves-off' });
  expect(await result).toBeUndefined();
  expect(worker.isTerminated).toBe(true);
});

test('an engine on a GPU that fails is ended without a word, and may be tried again', async () => {
  const result = race();
  worker.say({ kind: 'failed', code: 'edge-unreachable', isUsable: false });
  expect(await result).toBeUndefined();
  expect(news).toEqual([]);
  expect(await isGpuPromising(model('simd'), meta, true)).toBe(true);
});
