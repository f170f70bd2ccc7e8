import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../test/widget/browser.ts';
import { type MadeShop, makeShop } from '../made-shop.ts';
import type { Seen } from './page-probe.ts';
import { drawPhotos } from './product-photos.ts';
import { type ServedShop, serveMadeShop } from './served-shop.ts';
import type { LineSpeed } from './slow-line.ts';

/** What page benchmarks run on: a browser and a shop, at the end of one line. */
export interface BenchShop {
  readonly browser: Browser;
  readonly shop: ServedShop;
}

const SEED = 4;
/** A phone's, in CSS pixels. */
export const VIEWPORT = { width: 412, height: 915 } as const;

/** Opens a made-up shop, has it measured, and closes all of it whatever happens. */
export async function onBenchShop<Result>(
  {
    numItems,
    line,
    hasRound = false,
  }: { readonly numItems: number; readonly line: LineSpeed; readonly hasRound?: boolean },
  measure: (bench: BenchShop) => Promise<Result>,
): Promise<Result> {
  const browser = await launchBrowser();
  try {
    const made = onOneOrigin(makeShop(numItems, SEED));
    const shop = await serveMadeShop(made, { photos: await drawPhotos(browser, made.items), line, hasRound });
    try {
      return await measure({ browser, shop });
    } finally {
      await shop.close();
    }
  } finally {
    await browser.close();
  }
}

/** The same shop with the demo shop's addresses, so that it can serve its pages and pictures. */
function onOneOrigin({ trained, items }: MadeShop): MadeShop {
  return {
    trained,
    items: items.map((item) => ({ ...item, url: `/item/${item.id}`, imageUrl: `/pictures/${item.id}.webp` })),
  };
}

/** One line about what figures were taken with. */
export function describeRun({ browser, shop }: BenchShop, { model }: Pick<Seen, 'model'>): string {
  if (!model) throw new Error('expected an engine with a model, got none');
  const megabytes = (shop.bundleBytes / 1e6).toFixed(2);
  return `Chromium ${browser.version()}, headless, ${VIEWPORT.width} × ${VIEWPORT.height}; edge in workerd; ${model.numItems} made-up items, bundle of ${megabytes} MB, scorer ${model.scorer}`;
}

/** The n-th of the products that benchmarks look at, from −1 for a load that only warms up; none twice within some hundred. */
export function nthItem({ itemIds }: ServedShop, n: number): string {
  return itemIds[(17 + 101 * (n + 1)) % itemIds.length] as string;
}
