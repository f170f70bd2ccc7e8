import { describe, expect, test } from 'vitest';
import { readDataset } from '#trainer/dataset.ts';
import { itemsDigest, saveModel } from '#trainer/model-store.ts';
import { readTrainedShop } from '#trainer/trained-shop.ts';
import type { ShopWorkspace } from '#trainer/workspace.ts';
import { importEntries, openScratchWorkspace } from './import-fixture.ts';
import { randomTrained } from './trained-fixture.ts';

const entry = (sku: string) => ({ sku, name: `Item ${sku}`, price: 12.5, categories: ['Kitchen'], stock: 3 });
const CATALOG = ['mug', 'vase', 'lamp'].map(entry);

/** @param digest Of the items that the model was trained on; the catalog's own where absent. */
async function trainedWorkspace(digest?: { readonly itemsDigest: string | undefined }): Promise<ShopWorkspace> {
  const workspace = await openScratchWorkspace();
  await importEntries(CATALOG, workspace);
  const { items } = await readDataset(workspace);
  const trained = randomTrained(337, { numItems: CATALOG.length });
  await saveModel(workspace, trained, {
    datasetDigest: '5a'.repeat(32),
    itemsDigest: itemsDigest(items),
    ...{ backend: 'wasm', trainSeconds: 3, seed: 1, minCustomers: 5 },
    ...digest,
  });
  return workspace;
}

describe('a trained shop', () => {
  test('is read with the items that the model was trained on, at what they cost today', async () => {
    const workspace = await trainedWorkspace();
    await importEntries(
      CATALOG.map((item) => ({ ...item, name: `${item.name}, now cheaper`, price: 9 })),
      workspace,
    );
    const { trained, record, dataset } = await readTrainedShop(workspace);
    expect([trained.config.numItems, record.itemsDigest]).toEqual([3, itemsDigest(dataset.items)]);
    expect(dataset.items[0]).toMatchObject({ id: 'mug', title: 'Item mug, now cheaper', priceCents: 900 });
  });

  test.each([
    ['another item', ['jug', 'vase', 'lamp']],
    ['another order', ['vase', 'mug', 'lamp']],
    ['one item more', ['mug', 'vase', 'lamp', 'jug']],
  ])('is refused once a catalog with %s was imported', async (_, ids) => {
    const workspace = await trainedWorkspace();
    await importEntries(ids.map(entry), workspace);
    await expect(readTrainedShop(workspace)).rejects.toThrow(
      new RegExp(
        `^expected a model of the ${ids.length} items in .*, found one of 3 items of a catalog before; run "vitrine train" for shop test-shop first$`,
      ),
    );
  });

  test('is refused if its model does not say of which items it is', async () => {
    await expect(readTrainedShop(await trainedWorkspace({ itemsDigest: undefined }))).rejects.toThrow(
      /run "vitrine train" for shop test-shop first$/,
    );
  });
});
