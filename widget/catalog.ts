import type { BundleItem, Stock } from '#protocol/catalog.ts';
import { CatalogShard } from '#protocol/catalog-shard.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { ItemId } from '#protocol/ids.ts';
import { createPlacedShards } from '#protocol/placed-shards.ts';
import { createItemIndex } from './item-index.ts';

/** A shop's items by row, as far as they are there; each is decoded when it is asked for. */
export interface Catalog {
  hasRow(row: number): boolean;
  /** @throws {RangeError} If the row is not there, here and below. */
  itemAt(row: number): BundleItem;
  titleOf(row: number): string;
  stockOf(row: number): Stock;
  /** `undefined` for an id that the shop does not have, or whose row is not there yet. */
  rowOf(id: ItemId): number | undefined;
  /** Visits the rows of a category and of all below it, some twice. */
  forEachInCategory(path: string, visit: (row: number) => void): void;
}

/** A catalog whose shards come one by one, in any order. */
export interface CatalogBuilder {
  readonly catalog: Catalog;
  /**
   * Takes a shard. Each of its rows is there once it is checked.
   *
   * @param bytes Unpacked; kept, and read later.
   * @returns Does less than 0.1 ms of work a step.
   * @throws {ProtocolError} `catalog-invalid` if an item is not as it must be, or came before: nothing of the
   *   catalog may be used then.
   */
  take(bytes: Uint8Array, place: { readonly firstRow: number; readonly rows: number }): Generator<void, void>;
}

/** @param numItems N. */
export function createCatalog(numItems: number): CatalogBuilder {
  const shards = createPlacedShards<CatalogShard>();
  const rowsIn = new Map<string, number[]>(); // by category
  /** What a shard says of a row. */
  const read = <T>(row: number, ask: (shard: CatalogShard, row: number) => T): T => {
    const found = shards.find(row);
    if (!found) throw new RangeError(`expected row ${row} to be in the catalog, got it not there`);
    return ask(found.shard, row - found.firstRow);
  };
  const itemAt = (row: number): BundleItem => read(row, (shard, at) => shard.itemAt(at));
  const index = createItemIndex(numItems, (row) => itemAt(row).id);

  return {
    catalog: {
      hasRow: (row) => shards.find(row) !== undefined,
      itemAt,
      titleOf: (row) => itemAt(row).title,
      stockOf: (row) => read(row, (shard, at) => shard.stockOf(at)),
      rowOf: index.rowOf,
      forEachInCategory(path, visit) {
        for (const [category, rows] of rowsIn) if (`${category}/`.startsWith(`${path}/`)) rows.forEach(visit);
      },
    },

    *take(bytes, { firstRow, rows }) {
      const shard = new CatalogShard(bytes, rows);
      shards.add({ firstRow, shard });
      yield* shard.check(({ id, categories }, at) => {
        const row = firstRow + at;
        if (!index.add(id, row)) throw new ProtocolError('catalog-invalid', 'expected every item once');
        for (const category of categories) {
          const others = rowsIn.get(category);
          if (others) others.push(row);
          else rowsIn.set(category, [row]);
        }
      });
    },
  };
}
