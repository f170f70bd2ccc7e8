import { concatBytes, fromHex, utf8 } from '#protocol/bytes.ts';
import { sha256 } from '#protocol/digest.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { Digest, ItemId } from '#protocol/ids.ts';
import type { TaskOf } from '#protocol/task.ts';

/** What fixes an item's bucket. */
export interface Bucketing {
  readonly bucketSeed: Digest;
  readonly numBuckets: number;
}

/**
 * An item's bucket in one `popularity` task.
 *
 *     u32 at the start of SHA-256(bucketSeed ‖ UTF-8 of the id), little-endian, mod numBuckets
 *
 * @returns 0…`numBuckets` − 1.
 */
export async function bucketOf(itemId: ItemId, { bucketSeed, numBuckets }: Bucketing): Promise<number> {
  const hash = await sha256(concatBytes(fromHex(bucketSeed), utf8(itemId)));
  return new DataView(hash.buffer).getUint32(0, true) % numBuckets;
}

/**
 * What a device tells a `popularity` task: a one for each bucket that an item of the window falls into,
 * impressions left out, the latest `maxWeight` items at most.
 *
 * @param events Oldest first.
 * @returns `[length]`, 0 or 1 each, at most `maxWeight` ones.
 */
export async function itemBuckets(
  events: readonly ShopEvent[],
  {
    task: { windowMs, bucketSeed, vdaf },
    nowMs,
  }: { readonly task: Pick<TaskOf<'popularity'>, 'windowMs' | 'bucketSeed' | 'vdaf'>; readonly nowMs: number },
): Promise<number[]> {
  const recent = events.flatMap((event) =>
    event.kind === 'search' || event.kind === 'impression' || nowMs - event.atMs >= windowMs ? [] : [event.itemId],
  );
  const latest = [...new Set(recent.reverse())].slice(0, vdaf.maxWeight);
  const buckets = new Array<number>(vdaf.length).fill(0);
  for (const itemId of latest) buckets[await bucketOf(itemId, { bucketSeed, numBuckets: vdaf.length })] = 1;
  return buckets;
}
