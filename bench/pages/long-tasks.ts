import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { median } from '../statistics.ts';
import type { Row } from '../table.ts';
import { type BenchShop, describeRun, nthItem, onBenchShop, VIEWPORT } from './bench-shop.ts';
import { awaitRanked, type Seen, seenOn, watchPages } from './page-probe.ts';
import { FAST_LINE } from './slow-line.ts';
import { openOnSlowPhone, SLOWDOWN } from './slow-phone.ts';
import { readTasks, recordTrace, type TracedTask } from './trace-tasks.ts';

const NUM_LOADS = 5;
/** As long as a page with the tag is watched at most once its shelves stand. */
const SETTLE_MS = 3000;
const LIMIT_MS = 50;

/** What a page does while its main thread is watched. */
interface Phase {
  readonly name: string;
  readonly path: (bench: BenchShop, n: number) => string;
  /** With the tag only, and not watched. */
  readonly prepare?: (page: Page, bench: BenchShop) => Promise<void>;
  /** @param hasTag Without the tag there is nothing to wait for. */
  readonly act?: (page: Page, hasTag: boolean) => Promise<void>;
}

const PHASES: readonly Phase[] = [
  { name: 'home, first visit: scripts, first shelf, model', path: () => '/' },
  {
    name: 'product, first visit, then added to the cart three times',
    path: ({ shop }, n) => `/item/${nthItem(shop, n)}`,
    async act(page) {
      for (let time = 0; time < 3; time++) {
        await page.locator('[data-add-to-cart]').click();
        await page.waitForTimeout(700);
      }
    },
  },
  {
    name: 'opted in: a local training step and its report',
    path: () => '/',
    prepare: optIn,
    async act(page, hasTag) {
      if (!hasTag) return;
      await page.waitForFunction(() =>
        (globalThis as unknown as { benchSeen: Seen }).benchSeen.participations.includes('sent'),
      );
    },
  },
];

/**
 * Tasks of the main thread over 50 ms, as the browser's own observer reports them, with the tag and
 * without; and from a trace of one more load of each kind, those in which a script of the edge's ran.
 *
 * @param traceFile Where to keep the trace of the first phase, for a flame chart.
 */
export async function benchLongTasks({
  numLoads = NUM_LOADS,
  traceFile,
}: {
  readonly numLoads?: number;
  readonly traceFile?: string | undefined;
} = {}): Promise<{ table: Row[]; notes: string[] }> {
  return onBenchShop({ numItems: 10_000, line: FAST_LINE, hasRound: true }, async (bench) => {
    const table: Row[] = [
      [
        'phase',
        'tag',
        'loads',
        'longest task, median',
        'longest task',
        'over 50 ms, a load',
        'traced: longest with ours',
        'of it ours',
      ],
    ];
    let last: Seen | undefined;
    const folder = await mkdtemp(join(tmpdir(), 'vitrine-trace-'));
    try {
      for (const [at, phase] of PHASES.entries()) {
        for (const hasTag of [false, true]) {
          const loads: Seen[] = [];
          for (let n = -1; n < numLoads; n++) {
            const seen = await visit(bench, phase, { hasTag, n });
            if (n >= 0) loads.push(seen); // the first warms both servers
          }
          if (hasTag) last = loads.at(-1);
          const path = traceFile && at === 0 && hasTag ? traceFile : join(folder, `${at}-${hasTag}.json`);
          await visit(bench, phase, { hasTag, n: numLoads, traceFile: path });
          table.push(rowOf(phase.name, hasTag, loads, await readTasks(path, bench.shop.edgeOrigin)));
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return {
      table,
      notes: [
        describeRun(bench, last as Seen),
        `main thread slowed down ${SLOWDOWN} ×; a new profile for each load, on a fast line, where everything comes at once`,
        `target: no task over ${LIMIT_MS} ms of ours; the profiler in the traced load makes tasks longer than they are`,
        ...(traceFile ? [`trace of the first row with the tag: ${traceFile}`] : []),
      ],
    };
  });
}

async function visit(
  bench: BenchShop,
  { path, prepare, act }: Phase,
  { hasTag, n, traceFile }: { readonly hasTag: boolean; readonly n: number; readonly traceFile?: string },
): Promise<Seen> {
  const { browser, shop } = bench;
  const device = await browser.newContext({ viewport: VIEWPORT });
  try {
    await watchPages(device);
    const { page } = await openOnSlowPhone(device);
    if (hasTag) await prepare?.(page, bench);
    await page.goto('about:blank'); // a profiler that starts takes a while in a page with scripts
    const use = async () => {
      await page.goto((hasTag ? shop.withTag : shop.withoutTag) + path(bench, n));
      if (hasTag) await awaitRanked(page);
      await act?.(page, hasTag);
      await page.waitForTimeout(SETTLE_MS);
    };
    await (traceFile ? recordTrace({ browser, page }, traceFile, use) : use());
    return await seenOn(page);
  } finally {
    await device.close();
  }
}

/** Looks at some products, then lets this device take part; its report comes with the next page. */
async function optIn(page: Page, { shop }: BenchShop): Promise<void> {
  for (let n = 0; n < 3; n++) {
    await page.goto(`${shop.withTag}/item/${nthItem(shop, n)}`);
    await awaitRanked(page);
  }
  await page.goto(`${shop.withTag}/privacy`);
  await page.getByLabel('Let this device take part in learning').check();
  await page.getByText('has not taken part yet').waitFor();
}

function rowOf(phase: string, hasTag: boolean, loads: readonly Seen[], traced: readonly TracedTask[]): Row {
  const longest = loads.map(({ longTasks }) => Math.max(0, ...longTasks.map(({ durationMs }) => durationMs)));
  const ours = traced.filter(({ scriptMs }) => scriptMs > 1).sort((a, b) => b.durationMs - a.durationMs)[0];
  const ms = (value: number | undefined): string => (value === undefined ? '–' : `${value.toFixed(0)} ms`);
  return [
    phase,
    hasTag ? 'with' : 'without',
    loads.length,
    ms(median(longest)),
    ms(Math.max(...longest)),
    median(loads.map(({ longTasks }) => longTasks.length)),
    ms(ours?.durationMs),
    ms(ours?.scriptMs),
  ];
}
