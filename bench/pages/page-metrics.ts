import type { Page } from 'playwright-core';
import { median, medianWithInterval, percentile } from '../statistics.ts';
import type { Row } from '../table.ts';
import { type BenchShop, describeRun, nthItem, onBenchShop, VIEWPORT } from './bench-shop.ts';
import { awaitRanked, type Seen, seenOn, watchPages } from './page-probe.ts';
import { SLOW_4G } from './slow-line.ts';
import { openOnSlowPhone, SLOWDOWN } from './slow-phone.ts';

const NUM_PAIRS = 20;
/** A page without the tag has no model to wait for: this long it may go on moving. */
const SETTLE_MS = 4000;

interface Pair {
  readonly kind: PageKind;
  readonly plain: Seen;
  readonly tagged: Seen;
}
type PageKind = 'home' | 'product';

/**
 * LCP, CLS and INP of the demo shop's pages with the tag and without, in pairs of cold loads whose order
 * is drawn: a new profile each, the main thread slowed down, one slow line for all that is fetched.
 *
 * LCP as it stands before the first interaction. The interactions: a click beside the shelf's cards, a word typed into
 * the search field, and on a product's page "Add to cart", which ranks the shelf anew. With the tag they
 * begin when the model has come.
 */
export async function benchPageMetrics(numPairs = NUM_PAIRS): Promise<{ table: Row[]; notes: string[] }> {
  return onBenchShop({ numItems: 10_000, line: SLOW_4G }, async (bench) => {
    const pairs: Pair[] = [];
    // The first pair warms both servers.
    for (let n = -1; n < numPairs; n++) {
      const kind = n % 2 === 0 ? 'product' : 'home';
      const path = kind === 'home' ? '/' : `/item/${nthItem(bench.shop, n)}`;
      const seen = { plain: undefined as Seen | undefined, tagged: undefined as Seen | undefined };
      for (const arm of Math.random() < 0.5 ? (['plain', 'tagged'] as const) : (['tagged', 'plain'] as const)) {
        seen[arm] = await visit(bench, path, arm === 'tagged');
      }
      if (n >= 0) pairs.push({ kind, ...(seen as Required<typeof seen>) } as Pair);
    }
    return { table: tabulate(pairs), notes: describe(bench, pairs) };
  });
}

async function visit({ browser, shop }: BenchShop, path: string, hasTag: boolean): Promise<Seen> {
  const device = await browser.newContext({ viewport: VIEWPORT });
  try {
    await watchPages(device);
    const { page } = await openOnSlowPhone(device);
    await page.goto((hasTag ? shop.withTag : shop.withoutTag) + path);
    if (hasTag) await awaitRanked(page);
    else await page.waitForTimeout(SETTLE_MS);
    const { LCP } = (await seenOn(page)).vitals;
    await interact(page);
    const seen = await seenOn(page);
    return { ...seen, vitals: { ...seen.vitals, ...(LCP !== undefined && { LCP }) } };
  } finally {
    await device.close();
  }
}

async function interact(page: Page): Promise<void> {
  const afterwards = () => page.waitForTimeout(500);
  const shelf = page.locator('vitrine-shelf').first();
  await shelf.scrollIntoViewIfNeeded();
  await shelf.click({ position: { x: 202, y: 160 } }); // the gap after the first card: no link
  await afterwards();
  const search = page.locator('#search-field');
  await search.click();
  await search.pressSequentially('lamp', { delay: 120 });
  await afterwards();
  const addToCart = page.locator('[data-add-to-cart]');
  if ((await addToCart.count()) > 0) {
    await addToCart.click();
    await afterwards();
  }
}

function tabulate(pairs: readonly Pair[]): Row[] {
  const rowOf = (name: string, chosen: readonly Pair[], arm: 'plain' | 'tagged'): Row => [
    name,
    arm === 'tagged' ? 'with' : 'without',
    chosen.length,
    `${median(chosen.map((pair) => lcpOf(pair[arm]))).toFixed(0)} ms`,
    median(chosen.map((pair) => pair[arm].vitals.CLS ?? 0)).toFixed(3),
    Math.max(...chosen.map((pair) => pair[arm].vitals.CLS ?? 0)).toFixed(3),
    `${percentile(
      chosen.map((pair) => pair[arm].vitals.INP ?? 0),
      75,
    ).toFixed(0)} ms`,
  ];
  const kinds = ['home', 'product'] as const;
  return [
    ['page', 'tag', 'loads', 'LCP, median', 'CLS, median', 'CLS, largest', 'INP, p75'],
    ...kinds.flatMap((kind) => {
      const chosen = pairs.filter((pair) => pair.kind === kind);
      return [rowOf(kind, chosen, 'plain'), rowOf(kind, chosen, 'tagged')];
    }),
    rowOf('both', pairs, 'plain'),
    rowOf('both', pairs, 'tagged'),
  ];
}

function describe(bench: BenchShop, pairs: readonly Pair[]): string[] {
  const { value, low, high } = medianWithInterval(pairs.map(({ plain, tagged }) => lcpOf(tagged) - lcpOf(plain)));
  const ms = (figure: number): string => `${figure.toFixed(0)} ms`;
  const errors = pairs.flatMap(({ tagged }) => tagged.errors);
  return [
    describeRun(bench, (pairs[0] as Pair).tagged),
    `main thread slowed down ${SLOWDOWN} ×; 1.6 Mbit/s down, 0.75 up, 150 ms round trip, shared by page, Workers and both origins; a new profile for each load`,
    `LCP with the tag less LCP without, median of ${pairs.length} pairs: ${ms(value)}, 95 % interval ${ms(low)} to ${ms(high)} (bootstrap); target: the interval holds 0, or the median is under 20 ms`,
    'targets: CLS 0.000, INP p75 under 100 ms; interactions under 16 ms count as 0',
    `vitrine-error events: ${errors.length === 0 ? 'none' : errors.join(', ')}`,
  ];
}

function lcpOf({ vitals: { LCP } }: Seen): number {
  if (LCP === undefined) throw new Error('expected a page with a largest paint, got none');
  return LCP;
}
