import type { Profile } from '#model/profile.ts';
import { NUM_GAP_BUCKETS } from '#protocol/encoder-file.ts';
import { ITEM_EVENT_KINDS } from '#protocol/event.ts';
import type { Random } from '#trainer/seeded-random.ts';

/** A profile whose events of one visit are one list each, the last visit's last. */
export function profileOf(
  visits: readonly (readonly number[])[],
  searches: readonly (readonly string[])[] = [],
): Profile {
  const rows = visits.flat();
  return {
    rows: Uint32Array.from(rows),
    kinds: Uint8Array.from(rows, (_, t) => t % ITEM_EVENT_KINDS.length),
    gaps: Uint8Array.from(rows, (_, t) => (3 * t) % NUM_GAP_BUCKETS),
    visitsAgo: Uint8Array.from(visits.flatMap((visit, v) => visit.map(() => visits.length - 1 - v))),
    searches,
  };
}

/** Up to four visits of up to seven events, more often than not with items looked at twice, and up to two searches. */
export function randomProfile(numItems: number, random: Random): Profile {
  const below = (end: number): number => Math.floor(end * random());
  const list = <Value>(maxLength: number, anyValue: () => Value): Value[] =>
    Array.from({ length: below(maxLength + 1) }, anyValue);
  const liked = list(5, () => below(numItems));
  const anyRow = (): number => liked[below(8)] ?? below(numItems);
  const visits = list(4, () => [anyRow(), ...list(6, anyRow)]);
  const words = ['mug', 'lamp', 'chair', 'unheard-of'];
  return profileOf(
    visits,
    list(2, () => list(3, () => words[below(words.length)] as string)),
  );
}
