import { createJsScorer } from '#model/js-scorer.ts';
import { type Model, type ModelFile, parseModel } from '#model/model.ts';
import { buildProfile, MAX_PROFILE_EVENTS } from '#model/profile.ts';
import { scoreItems } from '#model/score-items.ts';
import { alignedCopy, fromHex } from '#protocol/bytes.ts';
import { CatalogShard } from '#protocol/catalog-shard.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { ModelVector } from './measurement-inputs.ts';
import { NUM_ITEMS } from './measurement-terms.ts';

export type RowOf = (id: ItemId) => number | undefined;

/** The rows of a catalog of all items, in hexadecimal. */
export function rowsIn(catalog: string): RowOf {
  const rows = new Map(idsIn(catalog, NUM_ITEMS).map((id, row) => [id, row]));
  return (id) => rows.get(id);
}

/** Every item's id, rows in order. */
export function idsIn(catalog: string, numRows: number): ItemId[] {
  const ids: ItemId[] = [];
  for (const _ of new CatalogShard(fromHex(catalog), numRows).check(({ id }) => void ids.push(id)));
  return ids;
}

export function modelOf({ config, files }: ModelVector): Model {
  return parseModel(
    config,
    files.map((file) => ({ ...file, bytes: alignedCopy(fromHex(file.bytes)) }) as ModelFile),
  );
}

/** All items after these events, best first. */
export async function ranking(model: Model, events: readonly ShopEvent[], rowOf: RowOf): Promise<[number, number][]> {
  const profile = buildProfile(events, { rowOf, maxEvents: MAX_PROFILE_EVENTS });
  const { rows, scores } = await scoreItems(model, createJsScorer(model.items), profile).best(NUM_ITEMS);
  const found = rounded(scores);
  return Array.from(rows, (row, i) => [row, found[i] as number]);
}

const DECIMALS = 5;

/** As numbers that come of float arithmetic are written. */
export function rounded(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Number(value.toFixed(DECIMALS)));
}
