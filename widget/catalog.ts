import type { BundleItem, Stock } from '#protocol/catalog.ts';
import { CatalogShard } from '#protocol/catalog-shard.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { ItemId } from '#protocol/ids.ts';
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
  /** Visits the rows of a category and of all below it. */
  forEachInCategory(path: string, visit: (row: number) => void): void;
}

/** A catalog whose shards come one by one, in any order. */
export interface CatalogBuilder {
  readonly catalog: Catalog;
  /**
   * Takes a shard. What it adds is there once the last step is done.
   *
   * @param bytes Unpacked; kept, and read later.
   * @returns Does about 0.1 ms of work a step.
   * @throws {ProtocolError} `catalog-invalid` if an item is not as it must be, or came before.
   */
  take(bytes: Uint8Array, place: { readonly firstRow: number; readonly rows: number }): Generator<void, void>;
}

interface PlacedShard {
  readonly firstRow: number;
  readonly shard: CatalogShard;
}

/** @param numItems N. */
export function createCatalog(numItems: number): CatalogBuilder {
  const shards: PlacedShard[] = [];
  /** Ids of shards that are being taken: they are compared with others before they can be read again. */
  const taking = new Map<number, ItemId>();

  let last: PlacedShard | undefined; // rows are mostly asked for in order
  const holds = ({ firstRow, shard }: PlacedShard, row: number): boolean =>
    firstRow <= row && row - firstRow < shard.rows;
  const find = (row: number): PlacedShard | undefined => {
    if (!last || !holds(last, row)) last = shards.find((placed) => holds(placed, row));
    return last;
  };
  /** What a shard says of a row. */
  const read = <T>(row: number, ask: (shard: CatalogShard, row: number) => T): T => {
    const found = find(row);
    if (!found) throw new RangeError(`expected row ${row} to be in the catalog, got it not there`);
    return ask(found.shard, row - found.firstRow);
  };
  const index = createItemIndex(numItems, (row) => taking.get(row) ?? read(row, (shard, at) => shard.idAt(at)));

  return {
    catalog: {
      hasRow: (row) => find(row) !== undefined,
      itemAt: (row) => read(row, (shard, at) => shard.itemAt(at)),
      titleOf: (row) => read(row, (shard, at) => shard.titleOf(at)),
      stockOf: (row) => read(row, (shard, at) => shard.stockOf(at)),
      rowOf(id) {
        const row = index.rowOf(id);
        return row !== undefined && find(row) ? row : undefined;
      },
      forEachInCategory(path, visit) {
        for (const { firstRow, shard } of shards) shard.forEachInCategory(path, (row) => visit(firstRow + row));
      },
    },

    *take(bytes, { firstRow, rows }) {
      const shard = new CatalogShard(bytes, rows);
      yield* shard.check((row, id) => {
        taking.set(firstRow + row, id);
        if (!index.add(id, firstRow + row)) throw new ProtocolError('catalog-invalid', 'expected every item once');
      });
      shards.push({ firstRow, shard });
      for (let row = firstRow; row < firstRow + rows; row++) taking.delete(row);
    },
  };
}
