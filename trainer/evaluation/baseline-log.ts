import type { ItemId } from '#protocol/ids.ts';
import type { Basket, Dataset } from '#trainer/dataset.ts';
import { rowLookup } from '#trainer/device-recommender.ts';
import { makeSessionTable, type SessionTable } from './session-table.ts';

/** What baselines are built on. */
export interface BaselineLog {
  readonly numItems: number;
  /** By time. */
  readonly baskets: readonly Basket[];
  readonly rowOf: (id: ItemId) => number | undefined;
  /** Baskets that hold each item, `[N]`. */
  readonly popularity: Float64Array;
  /** Sessions of so many baskets; each kind is made once. */
  readonly sessions: (basketsPerSession: number) => SessionTable;
}

export function makeBaselineLog({ items, baskets }: Dataset): BaselineLog {
  const popularity = new Float64Array(items.length);
  for (const { rows } of baskets) for (const row of rows) popularity[row] = (popularity[row] as number) + 1;
  const tables = new Map<number, SessionTable>();
  return {
    numItems: items.length,
    baskets,
    rowOf: rowLookup(items),
    popularity,
    sessions: (basketsPerSession) => {
      const table =
        tables.get(basketsPerSession) ?? makeSessionTable(baskets, { numItems: items.length, basketsPerSession });
      tables.set(basketsPerSession, table);
      return table;
    },
  };
}
