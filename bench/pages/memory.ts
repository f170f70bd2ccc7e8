import type { Page } from 'playwright-core';
import type { Row } from '../table.ts';
import { type BenchShop, describeRun, nthItem, onBenchShop, VIEWPORT } from './bench-shop.ts';
import { awaitRanked, seenOn, watchPages } from './page-probe.ts';
import { FAST_LINE } from './slow-line.ts';
import { attachToWorker, type WorkerSession } from './worker-session.ts';

const SIZES = [10_000, 100_000];
const NUM_RERANKS = 1000;
const MB = 1e6;

/** What a Worker holds after garbage collection, in bytes. */
interface Held {
  /** V8's heap, and the browser's own objects that it keeps alive. */
  readonly heap: number;
  readonly buffers: number;
  /** Linear memories, which V8 does not count. */
  readonly wasm: number;
}

/**
 * Memory of the engine's Worker, garbage collected: with the model loaded, and after re-rankings. Beside
 * the limit that depends on the bundle.
 */
export async function benchMemory(numReranks = NUM_RERANKS): Promise<{ table: Row[]; notes: string[] }> {
  const table: Row[] = [
    ['items', 'bundle', 'heap', 'buffers', 'WebAssembly', 'Worker', 'limit', `growth over ${numReranks} re-rankings`],
  ];
  const notes: string[] = [];
  for (const numItems of SIZES) {
    await onBenchShop({ numItems, line: FAST_LINE }, async (bench) => {
      const { loaded, afterwards, run } = await weigh(bench, numReranks);
      const inMb = (bytes: number): string => `${(bytes / MB).toFixed(2)} MB`;
      const limit = 1.6 * bench.shop.bundleBytes + 12 * MB;
      const parts = [loaded.heap, loaded.buffers, loaded.wasm, total(loaded), limit, total(afterwards) - total(loaded)];
      table.push([numItems, ...[bench.shop.bundleBytes, ...parts].map(inMb)]);
      notes.push(run);
    });
  }
  return { table, notes: [...notes, 'limit: 1.6 × the bundle + 12 MB; no growth'] };
}

async function weigh(bench: BenchShop, numReranks: number): Promise<{ loaded: Held; afterwards: Held; run: string }> {
  const { browser, shop } = bench;
  const device = await browser.newContext({ viewport: VIEWPORT });
  await watchPages(device);
  const page = await device.newPage();
  const session = await device.newCDPSession(page);
  await page.goto(`${shop.withTag}/`);
  await awaitRanked(page);
  const worker = await attachToWorker(session);
  // A history as long as ranking reads: what the Worker holds for it is no growth.
  await rankAgain(page, shop.itemIds.slice(0, 250));
  const loaded = await measure(worker);
  await rankAgain(
    page,
    Array.from({ length: numReranks }, (_, n) => nthItem(shop, n)),
  );
  const afterwards = await measure(worker);
  const run = describeRun(bench, await seenOn(page));
  await device.close();
  return { loaded, afterwards, run };
}

/** One after the other: the next event comes when the shelves have followed the one before. */
async function rankAgain(page: Page, itemIds: readonly string[]): Promise<void> {
  for (let at = 0; at < itemIds.length; at += 50) {
    await page.evaluate(
      async (chunk) => {
        const { vitrine } = globalThis as unknown as { vitrine: { track(event: object): void } };
        for (const itemId of chunk) {
          vitrine.track({ kind: 'view', itemId });
          await new Promise((resolve) => setTimeout(resolve, 40));
        }
      },
      itemIds.slice(at, at + 50),
    );
  }
  await awaitRanked(page);
}

async function measure(worker: WorkerSession): Promise<Held> {
  await worker.send('HeapProfiler.enable');
  // What finalizers let go is collected by the next one.
  for (let pass = 0; pass < 3; pass++) await worker.send('HeapProfiler.collectGarbage');
  const usage =
    await worker.send<Record<'usedSize' | 'embedderHeapUsedSize' | 'backingStorageSize', number>>(
      'Runtime.getHeapUsage',
    );
  return {
    heap: usage.usedSize + usage.embedderHeapUsedSize,
    buffers: usage.backingStorageSize,
    wasm: await wasmBytes(worker),
  };
}

/** `Runtime.getHeapUsage` leaves linear memories out: ten megabytes more of one change none of its figures. */
async function wasmBytes(worker: WorkerSession): Promise<number> {
  const { result: prototype } = await worker.send<{ result: { objectId: string } }>('Runtime.evaluate', {
    expression: 'WebAssembly.Memory.prototype',
  });
  const { objects } = await worker.send<{ objects: { objectId: string } }>('Runtime.queryObjects', {
    prototypeObjectId: prototype.objectId,
  });
  const { result } = await worker.send<{ result: { value: number } }>('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0); }',
    returnByValue: true,
  });
  return result.value;
}

function total({ heap, buffers, wasm }: Held): number {
  return heap + buffers + wasm;
}
