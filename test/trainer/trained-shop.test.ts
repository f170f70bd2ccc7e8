import { describe, expect, test } from 'vitest';
import { readDataset } from '#trainer/dataset.ts';
import { itemsDigest, saveModel } from '#trainer/model-store.ts';
import { readTrainedShop } from '#trainer/trained-shop.ts';
import type { ShopWorkspace } from '#trainer/workspace.ts';
import { importEntries, openScratchWorkspace } from './import-fixture.ts';
import { randomTrained } from './trained-fixture.ts';

const entry = (sku: string) => ({ sku, name: `Item ${sku}`, price: 12.5, categories: ['Kitchen'], stock: 3 });
const CATALOG = ['mug', 'vase', 'lamp'].map(entry);

/** A workspace with a model of its catalog's items. */
async function trainedWorkspace(): Promise<ShopWorkspace> {
  const workspace = await openScratchWorkspace();
  await importEntries(CATALOG, workspace);
  const { items } = await readDataset(workspace);
  const trained = randomTrained(337, { numItems: CATALOG.length });
  await saveModel(workspace, trained, {
    datasetDigest: '5a'.repeat(32),
    itemsDigest: itemsDigest(items),
    ...{ backend: 'wasm', trainSeconds: 3, seed: 1, minCustomers: 5 },
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
        `^expected the model to be trained on the ${ids.length} items of .*catalog.json in their order, it was trained on others; run "vitrine train" for shop test-shop first$`,
      ),
    );
  });
});
