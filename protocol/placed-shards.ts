/** A shard's rows are `firstRow` of the shop and those after it. */
export interface PlacedShard<TShard> {
  readonly firstRow: number;
  readonly shard: TShard;
}

/** A shop's rows in shards that come one by one, in any order. */
export interface PlacedShards<TShard> {
  add(placed: PlacedShard<TShard>): void;
  /** The shard that a row is in, unless it is not there yet. */
  find(row: number): PlacedShard<TShard> | undefined;
}

/** Shards' `rows` may still rise. */
export function createPlacedShards<TShard extends { readonly rows: number }>(): PlacedShards<TShard> {
  const shards: PlacedShard<TShard>[] = [];
  let last: PlacedShard<TShard> | undefined; // rows are mostly asked for in order
  const find = (row: number, among: readonly (PlacedShard<TShard> | undefined)[]) =>
    among.find((placed) => placed && placed.firstRow <= row && row < placed.firstRow + placed.shard.rows);
  return {
    add: (placed) => void shards.push(placed),
    find: (row) => {
      last = find(row, [last]) ?? find(row, shards);
      return last;
    },
  };
}
