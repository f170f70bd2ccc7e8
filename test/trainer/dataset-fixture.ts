import type { CatalogItem } from '#protocol/catalog.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Basket, Dataset } from '#trainer/dataset.ts';
import type { Random } from '#trainer/seeded-random.ts';

export const START_MS = 1_700_000_000_000;
export const DAY_MS = 86_400_000;

/** A catalog item; fields given replace its own. */
export function catalogItem(row: number, fields: Partial<CatalogItem> = {}): CatalogItem {
  return {
    id: `item-${row}` as ItemId,
    title: `Thing number ${row}`,
    url: `/item/${row}`,
    imageUrl: `/pictures/${row}.svg`,
    priceCents: 900 + 25 * row,
    currency: 'EUR',
    categories: ['Home/Things'],
    attributes: {},
    stock: 'in',
    description: `A long text about thing ${row}.`,
    ...fields,
  };
}

export function catalogOf(numItems: number): CatalogItem[] {
  return Array.from({ length: numItems }, (_, row) => catalogItem(row));
}

/** An order, `day` days after {@link START_MS}. */
export function basket(customer: string, rows: readonly number[], day = 0): Basket {
  return { customer, orderId: `${customer} on day ${day}`, atMs: START_MS + day * DAY_MS, rows };
}

/** Orders in order of time, of distinct random items. */
export function randomBaskets(
  random: Random,
  {
    numBaskets,
    numItems,
    numCustomers,
  }: { readonly numBaskets: number; readonly numItems: number; readonly numCustomers: number },
): Basket[] {
  return Array.from({ length: numBaskets }, (_, day) => {
    const rows = new Set(Array.from({ length: 2 + Math.floor(random() * 4) }, () => Math.floor(random() * numItems)));
    return basket(`customer ${Math.floor(random() * numCustomers)}`, [...rows], day);
  });
}

export function datasetOf(numItems: number, baskets: readonly Basket[]): Dataset {
  return { items: catalogOf(numItems), baskets };
}
