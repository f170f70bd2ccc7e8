import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Basket } from '#trainer/dataset.ts';
import { coldItemFigures } from '#trainer/evaluation/cold-items.ts';
import { basket, catalogItem, DAY_MS, START_MS } from '../dataset-fixture.ts';
import { makeScratchFolder } from '../scratch-folder.ts';

const THINGS = ['mug', 'lamp', 'chair', 'vase', 'towel', 'clock', 'kettle', 'carpet', 'candle', 'mirror'];
const COLORS = ['red', 'blue', 'green', 'white'];
/** Item 4k + c is thing k in color c. */
const ITEMS = Array.from({ length: 40 }, (_, row) =>
  catalogItem(row, {
    title: `A ${COLORS[row % 4]} ${THINGS[row >> 2]} for the house`,
    categories: [],
    description: '',
  }),
);
const CUT_DAY = 100;

/** Things in red and blue, each with the other, two things from day 90 on; those in green and white from day 100 on. */
function orders(numDays: number) {
  return Array.from({ length: numDays * 2 }, (_, i) => {
    const day = i / 2;
    const thing = (i * 7) % (day < 90 ? 8 : 10);
    const isCold = day >= CUT_DAY && i % 5 === 0;
    return basket(
      `customer ${i % 25}`,
      isCold ? [4 * thing, 4 * thing + 2 + (i % 2)] : [4 * thing, 4 * thing + 1],
      day,
    );
  });
}

async function figuresAt(day: number, baskets = orders(130)) {
  const folder = await makeScratchFolder();
  return coldItemFigures({ items: ITEMS, baskets }, START_MS + day * DAY_MS, {
    maxMs: 300,
    seed: 3,
    minCustomers: 2,
    textCacheFile: join(folder, 'texts.cache'),
    checkpointFile: join(folder, 'training.checkpoint'),
    onProgress: () => {},
  });
}

describe('items that nobody had before a cut', () => {
  test('are asked for in the month behind each cut, and found by what they are like', async () => {
    const figures = await figuresAt(CUT_DAY);
    const isCold = ({ rows: [, row = 0], atMs }: Basket) =>
      row % 4 > 1 || (row >= 32 && atMs < START_MS + CUT_DAY * DAY_MS);
    const cold = orders(130).filter(isCold);
    expect(figures?.cutDates).toEqual(['2024-02-22', '2024-01-23']);
    expect(figures?.numCases).toBe(cold.length);
    const byChance = 20 / 40;
    expect(figures?.textOnly.recallAt20).toBeGreaterThan(1.5 * byChance);
    // How far it is ahead depends on how far so short a training comes.
    expect(figures?.shipped.recallAt20).toBeGreaterThanOrEqual(figures?.withoutFresh.recallAt20 as number);
  });

  test('give no figures where no case asks for one', async () => {
    expect(await figuresAt(60, orders(99))).toBeUndefined();
  });
});
