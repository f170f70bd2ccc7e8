import { CONFIG } from './config.ts';
import type { Dataset } from './dataset.ts';
import type { Selection } from './selection.ts';
import { makeTestCases, splitByTime, timeOfLatestShare } from './test-cases.ts';

/** The latest orders to choose on, each cut in half. */
export function latestOrders(dataset: Dataset): Selection {
  const { baskets } = dataset;
  if (baskets.length === 0) return { before: [], cases: [] };
  const fromMs = timeOfLatestShare(baskets, CONFIG.validationShare);
  return { before: splitByTime(baskets, fromMs).before, cases: makeTestCases(dataset, fromMs) };
}
