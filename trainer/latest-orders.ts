import { CONFIG } from './config.ts';
import type { Dataset } from './dataset.ts';
import type { Selection } from './selection.ts';
import { makeTestCases, splitByTime, timeOfLatestShare } from './test-cases.ts';

/** With fewer cases than this, orders of a single item are asked for too. */
const FEW_CASES = 400;

/** The latest orders to choose on, each cut in half; where few can be, with those of a single item. */
export function latestOrders(dataset: Dataset): Selection {
  const { baskets } = dataset;
  if (baskets.length === 0) return { before: [], cases: [] };
  const fromMs = timeOfLatestShare(baskets, CONFIG.validationShare);
  const halved = makeTestCases(dataset, fromMs);
  const cases = halved.length < FEW_CASES ? makeTestCases(dataset, fromMs, true) : halved;
  return { before: splitByTime(baskets, fromMs).before, cases };
}
