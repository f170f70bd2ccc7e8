import { describe, expect, test } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import { createItemIndex } from '#widget/item-index.ts';

/** Three thousand ids of a few patterns. */
const IDS = Array.from({ length: 3000 }, (_, row) => `${['sku-', '', 'Größe/'][row % 3]}${7 * row}` as ItemId);

function filled(ids = IDS, numItems = ids.length) {
  const index = createItemIndex(numItems, (row) => ids[row] as ItemId);
  ids.forEach((id, row) => {
    expect(index.add(id, row)).toBe(true);
  });
  return index;
}

describe('the index of items', () => {
  test('knows the row of every id that was added, and of no other', () => {
    const index = filled();
    expect(IDS.map((id) => index.rowOf(id))).toEqual([...IDS.keys()]);
    for (const id of ['', 'sku-', 'sku-1', 'größe/14', '21001']) expect(index.rowOf(id as ItemId)).toBeUndefined();
  });

  test('takes no id twice and keeps the first row', () => {
    const index = filled();
    expect(index.add(IDS[20] as ItemId, 2999)).toBe(false);
    expect(index.rowOf(IDS[20] as ItemId)).toBe(20);
  });

  test.each([1, 2, 3])('has an empty slot left with %d items, so that a look-up ends', (count) => {
    const index = filled(IDS.slice(0, count));
    expect(index.rowOf('nothing' as ItemId)).toBeUndefined();
  });

  test('reads few ids to find one: those alone whose hashes are alike', () => {
    let numRead = 0;
    const index = createItemIndex(IDS.length, (row) => {
      numRead++;
      return IDS[row] as ItemId;
    });
    IDS.forEach((id, row) => {
      index.add(id, row);
    });
    for (const id of IDS) index.rowOf(id);
    expect(numRead).toBeLessThan(1.1 * IDS.length);
  });
});
