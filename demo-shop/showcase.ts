import { childCategories, type ShopCatalog } from './shop-catalog.ts';
import type { ShopItem } from './shop-item.ts';

/** Products in one of the shop's own lists. */
export const SHOWCASE_LENGTH = 8;

/**
 * Picks the shop's own list for a shelf: in stock, one from each category in turn.
 *
 * @param start How many picks to pass over, so that two lists on one page differ.
 */
export function pickShowcase(catalog: ShopCatalog, start = 0): ShopItem[] {
  const queues = leafCategories(catalog).map((items) => items.filter(({ stock }) => stock !== 'out'));
  const picked = new Set<ShopItem>();
  const numWanted = start + SHOWCASE_LENGTH;
  for (let turn = 0; picked.size < numWanted && queues.some((queue) => turn < queue.length); turn++) {
    for (const queue of queues) {
      const item = queue[turn];
      if (item !== undefined) picked.add(item);
    }
  }
  return [...picked].slice(start, numWanted);
}

/** Picks what is most like `item` by the shop's own data: same categories first, then nearest price. */
export function pickSimilar(catalog: ShopCatalog, item: ShopItem): ShopItem[] {
  const numShared = ({ categories }: ShopItem): number =>
    categories.filter((path) => item.categories.includes(path)).length + Number(categories[0] === item.categories[0]);
  const priceGap = (other: ShopItem): number => Math.abs(other.priceCents - item.priceCents);
  return catalog.items
    .filter((other) => other !== item && other.stock !== 'out')
    .sort((a, b) => numShared(b) - numShared(a) || priceGap(a) - priceGap(b))
    .slice(0, SHOWCASE_LENGTH);
}

function leafCategories(catalog: ShopCatalog): (readonly ShopItem[])[] {
  const leaves = [...catalog.categoryBySlug.values()].filter(
    (category) => childCategories(catalog, category).length === 0,
  );
  return leaves.length === 0 ? [catalog.items] : leaves.map(({ items }) => items);
}
