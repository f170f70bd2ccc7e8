import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyRound } from '#trainer/apply-round.ts';
import { saveBudget } from '#trainer/budget-file.ts';
import { closeRound } from '#trainer/close-round.ts';
import { readDataset } from '#trainer/dataset.ts';
import { draftRound } from '#trainer/draft-round.ts';
import { loadModel } from '#trainer/model-store.ts';
import { openRound } from '#trainer/open-round.ts';
import { findRound } from '#trainer/round-file.ts';
import { simulateDevices } from '#trainer/simulate-devices.ts';
import { CHOICES, TEST_BUDGET, UPDATE } from '../flows/round-choices.ts';
import { openWholeShop, shelfTitles, type WholeShop } from '../flows/whole-shop.ts';

const ORDERS = join(process.env.VITRINE_DATA ?? '../shared/data', 'online-retail/orders-2010-12-to-2011-08.csv.gz');
const NUM_DEVICES = 1200;

describe.skipIf(!existsSync(ORDERS))('a shop filled from a wholesaler’s real orders', () => {
  let whole: WholeShop;

  beforeAll(async () => {
    whole = await openWholeShop({ kind: 'orders', file: ORDERS });
  }, 600_000);
  afterAll(() => whole?.close());

  test('shows what goes with the lanterns that were viewed', async () => {
    const page = await whole.browser.newPage();
    for (const item of ['71053', '22464', '21324']) {
      await page.goto(`${whole.served.shopOrigin}/item/${item}`);
      await shelfTitles(page, 'similar');
    }
    await page.goto(`${whole.served.shopOrigin}/`);
    const titles = await shelfTitles(page, 'for-you');
    expect(titles.filter((title) => /lantern|t-light|candle|holder/i.test(title)).length).toBeGreaterThan(3);
  });

  test('learns from more than a thousand simulated devices and stays no worse', async () => {
    const { parties, workspace } = whole;
    const dataset = await readDataset(workspace);
    const { trained } = await loadModel(workspace);
    await saveBudget(workspace, TEST_BUDGET);
    const drafted = await draftRound('model-update', { workspace, parties, ...UPDATE });
    const round = await openRound(workspace, parties, { ...drafted, choices: CHOICES });
    await simulateDevices(dataset, trained, { round, parties, count: NUM_DEVICES, onDevice: () => {} });
    expect(await closeRound(parties, round.taskId, () => {})).toEqual({ kind: 'released', count: NUM_DEVICES });
    const { figures } = await applyRound(workspace, await findRound(workspace), parties);
    expect(figures.numJudgingCases).toBeGreaterThan(300);
    const { verdict, ndcgAfter, ndcgBefore, standardError } = figures;
    if (verdict === 'no-worse') expect(ndcgAfter).toBeGreaterThanOrEqual(ndcgBefore - standardError);
    if (verdict === 'worse') expect(ndcgAfter).toBeLessThan(0.97 * ndcgBefore);
  }, 600_000);
});
