import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ShopEvent } from '#protocol/event.ts';
import { readSessionShop } from '#trainer/simulate/session-shop.ts';
import { makeScratchFolder } from '../scratch-folder.ts';

/** 50 sessions: `a` and `b` in all, an item of its own in each, `c` in every other one. */
const LINES = Array.from({ length: 50 }, (_, line) => `a own${line} ${line % 2 ? 'c ' : ''}b`);

async function shopOf(lines: readonly string[], topItems?: number) {
  const file = join(await makeScratchFolder(), 'sessions.txt');
  await writeFile(file, `${lines.join('\n')}\n`);
  return readSessionShop(file, topItems);
}

const idsOf = (events: readonly ShopEvent[]) => events.map((event) => ('itemId' in event ? event.itemId : ''));

describe('a shop of sessions', () => {
  test('is the merchant’s for a fifth, devices’ for seven tenths and the test for the rest', async () => {
    const { merchant, judging, devices, everything, cases } = await shopOf(LINES);
    const known = new Set(merchant.dataset.baskets.map(({ customer }) => customer));
    const heldOut = new Set(judging.map(({ customer }) => customer));
    expect([...known, ...heldOut].map((name) => Number(name.slice(1))).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 10 }, (_, line) => line),
    );
    expect(devices.map((events) => events[1])).toEqual(
      Array.from({ length: 35 }, (_, i) => expect.objectContaining({ itemId: `own${10 + i}` })),
    );
    expect(new Set(cases.map(({ customer }) => customer))).toEqual(new Set(['s45', 's46', 's47', 's48', 's49']));
    expect(new Set(everything.dataset.baskets.map(({ customer }) => customer)).size).toBe(known.size + 35);
  });

  test('keeps the most frequent items only, and sessions with two of them', async () => {
    const { devices } = await shopOf([...LINES, ...LINES.map((_, line) => `a x${line}`)], 3);
    expect(new Set(devices.flatMap(idsOf))).toEqual(new Set(['a', 'b', 'c']));
    expect(devices).toHaveLength(35);
  });

  test('asks for every item of a test session after the first, given those before it', async () => {
    const { cases, merchant } = await shopOf(LINES);
    const own = cases.filter(({ customer }) => customer === 's47');
    expect(own.map(({ events }) => idsOf(events))).toEqual([['a'], ['a', 'own47'], ['a', 'own47', 'c']]);
    expect(own.map(({ targets }) => merchant.dataset.items[targets[0] as number]?.id)).toEqual(['own47', 'c', 'b']);
  });

  test('chooses on the merchant’s latest sessions and on none held out', async () => {
    const long = Array.from({ length: 400 }, (_, line) => `a own${line} b`);
    const { merchant, judging } = await shopOf(long);
    const chosenOn = new Set(merchant.selection.cases.map(({ customer }) => customer));
    const heldOut = new Set(judging.map(({ customer }) => customer));
    expect([...chosenOn].every((name) => Number(name.slice(1)) >= 73)).toBe(true);
    expect([...chosenOn].filter((name) => heldOut.has(name))).toEqual([]);
    expect(merchant.selection.before.every(({ customer }) => !chosenOn.has(customer))).toBe(true);
  });

  test('is refused where it is too short to cut', async () => {
    await expect(shopOf(['a b', 'b c', 'a c'])).rejects.toThrow('expected ten histories of two items or more');
  });
});
