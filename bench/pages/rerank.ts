import type { Page } from 'playwright-core';
import { percentile } from '../statistics.ts';
import type { Row } from '../table.ts';
import { type BenchShop, describeRun, nthItem, onBenchShop, VIEWPORT } from './bench-shop.ts';
import { awaitRanked, type Seen, seenOn, watchPages } from './page-probe.ts';
import { FAST_LINE } from './slow-line.ts';
import { openOnSlowPhone, SLOWDOWN } from './slow-phone.ts';
import { clockWorker, type WorkerClock } from './worker-clock.ts';

const SIZES = [10_000, 100_000];
const NUM_EVENTS = 300;
/** An event that leaves every card where it was paints nothing. */
const UNCHANGED_MS = 1500;

interface Rerank {
  /** From the event to the frame with the new cards, the main thread slowed down. */
  readonly paintedMs: number;
  /** The Worker's part of that, at full speed. */
  readonly workerMs: number;
}

/**
 * From an event of the shopper's to the frame with the re-ranked shelf, as on a phone a quarter as fast:
 * `painted + 3 × Worker`. The browser slows the main thread down and leaves Workers alone, so that the
 * measured time holds the Worker's once and it is added three times more. Two shelves are on the page,
 * and both are ranked for each event.
 */
export async function benchRerank(numEvents = NUM_EVENTS): Promise<{ table: Row[]; notes: string[] }> {
  const table: Row[] = [
    ['items', 'events', 'p50', 'p75', 'p99', 'page, p75', 'Worker × 4, p75', 'Worker × 4, p99', 'unchanged'],
  ];
  const notes: string[] = [];
  for (const numItems of SIZES) {
    await onBenchShop({ numItems, line: FAST_LINE }, async (bench) => {
      const { reranks, numUnchanged, seen } = await rankAgain(bench, numEvents);
      const figure = (of: (rerank: Rerank) => number, percent: number) =>
        `${percentile(reranks.map(of), percent).toFixed(1)} ms`;
      const latency = ({ paintedMs, workerMs }: Rerank) => paintedMs + (SLOWDOWN - 1) * workerMs;
      const pagePart = ({ paintedMs, workerMs }: Rerank) => paintedMs - workerMs;
      const workerPart = ({ workerMs }: Rerank) => SLOWDOWN * workerMs;
      table.push([
        numItems,
        reranks.length,
        ...[50, 75, 99].map((percent) => figure(latency, percent)),
        figure(pagePart, 75),
        figure(workerPart, 75),
        figure(workerPart, 99),
        numUnchanged,
      ]);
      notes.push(describeRun(bench, seen));
    });
  }
  notes.push(`main thread slowed down ${SLOWDOWN} ×, the Worker's own time counted ${SLOWDOWN} times`);
  notes.push('targets at 10,000 items: p75 50 ms, p99 120 ms');
  return { table, notes };
}

async function rankAgain(
  { browser, shop }: BenchShop,
  numEvents: number,
): Promise<{ reranks: Rerank[]; numUnchanged: number; seen: Seen }> {
  const device = await browser.newContext({ viewport: VIEWPORT });
  await watchPages(device);
  const { page } = await openOnSlowPhone(device);
  await page.goto(`${shop.withTag}/`);
  await awaitRanked(page);
  const [engine] = page.workers();
  if (!engine) throw new Error('expected the page to have a Worker, got none');
  const clock = await clockWorker(engine);
  const reranks: Rerank[] = [];
  let numUnchanged = 0;
  for (let n = 0; n < numEvents + 5; n++) {
    const rerank = await rankOnce(page, clock, nextEvent(n, nthItem(shop, n)));
    if (n < 5) continue; // compiled by then
    if (rerank) reranks.push(rerank);
    else numUnchanged++;
  }
  const seen = await seenOn(page);
  await device.close();
  return { reranks, numUnchanged, seen };
}

/** Mostly views; now and then something is searched for or put into the cart. */
function nextEvent(n: number, itemId: string): object {
  if (n % 10 === 9) return { kind: 'search', query: ['lamp', 'oak bowl', 'wool throw', 'copper'][(n / 10) & 3] };
  return { kind: n % 10 === 4 ? 'add' : 'view', itemId };
}

async function rankOnce(page: Page, clock: WorkerClock, event: object): Promise<Rerank | undefined> {
  await clock.takeBusyMs();
  const paintedMs = await page.evaluate(
    ({ event, unchangedMs }) =>
      new Promise<number | undefined>((resolve) => {
        const page = globalThis as unknown as { benchSeen: Seen; vitrine: { track(event: object): void } };
        const before = page.benchSeen.numChanges;
        const startMs = performance.now();
        page.vitrine.track(event);
        const look = () => {
          const { numChanges, lastChangeMs } = page.benchSeen;
          const isOver = performance.now() - startMs > unchangedMs;
          // Both shelves follow within a frame or two of each other.
          if (numChanges > before && performance.now() - (lastChangeMs as number) > 150) {
            resolve((lastChangeMs as number) - startMs);
          } else if (isOver) resolve(undefined);
          else setTimeout(look, 20);
        };
        look();
      }),
    { event, unchangedMs: UNCHANGED_MS },
  );
  return paintedMs === undefined ? undefined : { paintedMs, workerMs: await clock.takeBusyMs() };
}
