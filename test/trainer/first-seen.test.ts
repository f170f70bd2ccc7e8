import { describe, expect, test } from 'vitest';
import { readDataset } from '#trainer/dataset.ts';
import { withFirstSeen } from '#trainer/first-seen.ts';
import type { ShopWorkspace } from '#trainer/workspace.ts';
import { catalogItem, catalogOf } from './dataset-fixture.ts';
import { importEntries, importLines, OWN_HEADER, openScratchWorkspace, ownLine } from './import-fixture.ts';
import { writeScratchFile } from './scratch-folder.ts';

const entry = (id: string, fields: object = {}) => ({ id, title: `A ${id}`, price: 5, ...fields });

async function daysOf(workspace: ShopWorkspace): Promise<Record<string, number | undefined>> {
  const { items } = await readDataset(workspace);
  return Object.fromEntries(items.map(({ id, addedAtMs }) => [id, addedAtMs]));
}

describe('an item that came with a later import', () => {
  test('came into the shop then, and stays of that day in all imports after', async () => {
    const workspace = await openScratchWorkspace();
    await importEntries([entry('mug'), entry('vase')], workspace);
    expect(await daysOf(workspace)).toEqual({ mug: undefined, vase: undefined });
    const before = Date.now();
    await importEntries([entry('mug'), entry('lamp')], workspace);
    const { lamp, mug } = await daysOf(workspace);
    expect(mug).toBeUndefined();
    expect(lamp).toBeGreaterThanOrEqual(before);
    expect(lamp).toBeLessThanOrEqual(Date.now());
    const catalogFile = await writeScratchFile('next.json', JSON.stringify([entry('lamp'), entry('mug')]));
    await importLines([OWN_HEADER, ownLine()], workspace, { catalogFile });
    await importEntries([entry('mug'), entry('lamp')], workspace);
    expect(await daysOf(workspace)).toEqual({ mug: undefined, lamp });
  });

  test('is of the day that the catalog says', async () => {
    const workspace = await openScratchWorkspace();
    await importEntries([entry('mug')], workspace);
    await importEntries([entry('mug'), entry('lamp', { added: '2026-02-03' })], workspace);
    expect(await daysOf(workspace)).toEqual({ mug: undefined, lamp: Date.UTC(2026, 1, 3) });
  });
});

describe('nothing is known of when items came', () => {
  test('that orders alone named before: the first order of an item is one customer’s', async () => {
    const workspace = await openScratchWorkspace();
    await importLines([OWN_HEADER, ownLine()], workspace);
    await importLines([OWN_HEADER, ownLine(), ownLine({ order: 'o8', item: 'lamp' })], workspace);
    await importEntries([entry('mug'), entry('lamp'), entry('vase')], workspace);
    expect(await daysOf(workspace)).toEqual({ mug: undefined, lamp: undefined, vase: undefined });
  });

  test('where most of them are of another shop', async () => {
    const workspace = await openScratchWorkspace();
    await importEntries([entry('mug')], workspace);
    await importEntries([entry('mug'), entry('lamp'), entry('vase')], workspace);
    expect(await daysOf(workspace)).toEqual({ mug: undefined, lamp: undefined, vase: undefined });
  });

  test('in an empty workspace', async () => {
    const items = [...catalogOf(2), catalogItem(2, { addedAtMs: 7 })];
    expect(await withFirstSeen(items, await openScratchWorkspace(), 99)).toEqual(items);
  });
});
