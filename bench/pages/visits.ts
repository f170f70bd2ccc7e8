import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { BROWSER_FLAGS, findBrowser } from '../../test/widget/browser.ts';
import { median, percentile } from '../statistics.ts';
import type { Row } from '../table.ts';
import { type BenchShop, describeRun, nthItem, onBenchShop, VIEWPORT } from './bench-shop.ts';
import { awaitRanked, type Seen, seenOn, watchPages } from './page-probe.ts';
import { FAST_LINE, type LineSpeed, SLOW_4G } from './slow-line.ts';
import { SLOWDOWN } from './slow-phone.ts';

const NUM_DEVICES = 10;
const WARM_LOADS = 3;
/** A browser that has just been started is busy with itself. */
const SETTLE_MS = 2000;
/** Looking at a page costs it a task: not before its first shelf is drawn. */
const UNWATCHED_MS = { fast: 1000, 'slow 4G': 3000 } as const;

/** Milliseconds from the loader's first line to the frame with the first card, one a load. */
interface Timings {
  readonly cold: number[];
  readonly warm: number[];
  readonly warmWithoutEdge: number[];
}

/**
 * From the loader's execution (it sets `window.vitrine`, which the probe sees) to the end of the first
 * frame that has a card in a shelf's shadow DOM, on the home page. Each device is a profile on disk with one tab, in
 * which the same shop has been open without the tag; its first load with it is cold, those after it, once it has
 * looked at a product, are warm, at last with the edge gone.
 */
export async function benchVisits(numDevices = NUM_DEVICES): Promise<{ table: Row[]; notes: string[] }> {
  const table: Row[] = [['visit', 'line', 'main thread', 'loads', 'median', 'p75', 'target, median']];
  const notes: string[] = [];
  for (const { name, line, slowdown, coldTarget } of [
    { name: 'fast', line: FAST_LINE, slowdown: 1, coldTarget: '150 ms' },
    { name: 'slow 4G', line: SLOW_4G, slowdown: 1, coldTarget: '1200 ms' },
    { name: 'slow 4G', line: SLOW_4G, slowdown: SLOWDOWN, coldTarget: '–' },
  ] as const) {
    await onBenchShop({ numItems: 10_000, line }, async (bench) => {
      const { timings, last } = await visitAll(bench, {
        numDevices,
        slowdown,
        unwatchedMs: UNWATCHED_MS[name] * slowdown,
      });
      const rowOf = (visit: string, values: readonly number[], target: string): Row => [
        visit,
        name,
        `${slowdown} ×`,
        values.length,
        `${median(values).toFixed(0)} ms`,
        `${percentile(values, 75).toFixed(0)} ms`,
        target,
      ];
      const warmTarget = slowdown === 1 ? '60 ms' : '–';
      table.push(
        rowOf('cold', timings.cold, coldTarget),
        rowOf('warm', timings.warm, warmTarget),
        rowOf('warm, edge unreachable', timings.warmWithoutEdge, warmTarget),
      );
      if (notes.length === 0) notes.push(describeRun(bench, last));
    });
  }
  return { table, notes: [...notes, `fast: ${describeLine(FAST_LINE)}; slow 4G: ${describeLine(SLOW_4G)}`] };
}

async function visitAll(
  { shop }: BenchShop,
  {
    numDevices,
    slowdown,
    unwatchedMs,
  }: { readonly numDevices: number; readonly slowdown: number; readonly unwatchedMs: number },
): Promise<{ timings: Timings; last: Seen }> {
  const timings: Timings = { cold: [], warm: [], warmWithoutEdge: [] };
  let last: Seen | undefined;
  for (let n = 0; n <= numDevices; n++) {
    const folder = await mkdtemp(join(tmpdir(), 'vitrine-profile-'));
    const device = await chromium.launchPersistentContext(folder, {
      executablePath: findBrowser(),
      args: BROWSER_FLAGS,
      viewport: VIEWPORT,
    });
    try {
      await watchPages(device);
      const tab = await openTab(device, slowdown);
      const load = async (url: string): Promise<Seen> => {
        await tab.goto(url);
        await tab.waitForTimeout(unwatchedMs);
        await awaitRanked(tab);
        return seenOn(tab);
      };
      await tab.goto(`${shop.withoutTag}/`);
      await tab.waitForTimeout(SETTLE_MS);
      const cold = await load(`${shop.withTag}/`);
      if (n > 0) timings.cold.push(firstShelfAfterStart(cold)); // the first device warms both servers
      await load(`${shop.withTag}/item/${nthItem(shop, n)}`);
      for (let nth = 0; nth < WARM_LOADS; nth++) {
        last = await load(`${shop.withTag}/`);
        timings.warm.push(firstShelfAfterStart(last));
      }
      if (n < numDevices) continue;
      await shop.cutEdge();
      for (let nth = 0; nth < numDevices; nth++) {
        timings.warmWithoutEdge.push(firstShelfAfterStart(await load(`${shop.withTag}/`)));
      }
    } finally {
      await device.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
  return { timings, last: last as Seen };
}

async function openTab(device: BrowserContext, slowdown: number): Promise<Page> {
  const tab = await device.newPage();
  const session = await device.newCDPSession(tab);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return tab;
}

function firstShelfAfterStart({ scriptStartMs, firstShelfMs }: Seen): number {
  if (scriptStartMs === undefined || firstShelfMs === undefined) {
    throw new Error(`expected a loader that ran and a shelf, got ${scriptStartMs} and ${firstShelfMs}`);
  }
  return firstShelfMs - scriptStartMs;
}

function describeLine({ downBitsPerSecond, upBitsPerSecond, roundTripMs }: LineSpeed): string {
  return `${downBitsPerSecond / 1e6} Mbit/s down, ${upBitsPerSecond / 1e6} up, ${roundTripMs} ms round trip`;
}
