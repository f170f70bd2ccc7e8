import { eventCounts } from '#model/event-counts.ts';
import { itemBuckets } from '#model/item-buckets.ts';
import { type JudgedModel, shadowCell } from '#model/shadow-cell.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { NOW_MS } from './manifest-fixture.ts';
import { itemId, MINUTE_MS, TASKS } from './measurement-terms.ts';
import { ranking } from './vector-models.ts';

/** A history at the edge of a rule. */
export interface HistoryInput {
  readonly what: string;
  /** Oldest first. */
  readonly events: readonly ShopEvent[];
}

export interface HistoryVector extends HistoryInput {
  readonly metrics: readonly number[];
  readonly popularity: readonly number[];
  /** All items under the current model from all events, best first. */
  readonly ranking: readonly (readonly [row: number, score: number])[];
  readonly shadowCell: number;
}

/** What a device with this history measures. */
export async function measureHistory(
  { what, events }: HistoryInput,
  { nowMs, ...models }: { readonly current: JudgedModel; readonly candidate: JudgedModel; readonly nowMs: number },
): Promise<HistoryVector> {
  const { model, rowOf } = models.current;
  return {
    what,
    events,
    metrics: eventCounts(events, { task: TASKS.metrics, nowMs }),
    popularity: await itemBuckets(events, { task: TASKS.popularity, nowMs }),
    ranking: await ranking(model, events, rowOf),
    shadowCell: await shadowCell(events, models),
  };
}

const SECOND_MS = 1000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type ItemEventKind = Exclude<ShopEvent['kind'], 'search'>;

const about = (id: ItemId, agoMs: number, kind: ItemEventKind = 'view'): ShopEvent => ({
  kind,
  itemId: id,
  atMs: NOW_MS - agoMs,
});
const item = (row: number, agoMs: number, kind?: ItemEventKind): ShopEvent => about(itemId(row), agoMs, kind);
const search = (query: string, agoMs: number): ShopEvent => ({ kind: 'search', query, atMs: NOW_MS - agoMs });

/** Events with these times between one and the next, the last one now. */
function apart(gapsMs: readonly number[]): ShopEvent[] {
  let agoMs = gapsMs.reduce((sum, gapMs) => sum + gapMs, 0);
  return [0, ...gapsMs].map((gapMs, t) => {
    agoMs -= gapMs;
    return item((5 * t + 2) % 12, agoMs);
  });
}

/** Histories that tell apart readings of the protocol which agree on most others. */
export function edgeHistories(): HistoryInput[] {
  const { windowMs, vdaf } = TASKS.popularity;
  return [
    { what: 'nothing', events: [] },
    { what: 'one choice: none was before it', events: [item(4, MINUTE_MS, 'impression'), item(4, 0)] },
    { what: 'as many events as a weight’s maxEvents', events: [item(4, MINUTE_MS), item(9, 0, 'add')] },
    {
      what: 'gaps of exactly each length, and one millisecond below',
      events: apart(
        [MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS].flatMap((gapMs) => [gapMs, gapMs - 1]).reverse(),
      ),
    },
    {
      what: 'a visit ends after exactly 30 minutes, not one millisecond before',
      events: apart([30 * MINUTE_MS, 30 * MINUTE_MS - 1, 20 * SECOND_MS]),
    },
    {
      what: 'an item twice in this visit and once in the one before: its latest event says how like they are',
      events: [item(8, 3 * HOUR_MS), item(1, 3 * HOUR_MS - 1), ...[8, 3, 8, 2].map((row, t) => item(row, 40 - 9 * t))],
    },
    {
      what: 'four searches in time: three count; a word that is a word and a rare one; a rare one of two items',
      events: [
        search('tajine', 9 * MINUTE_MS),
        search('LAMP', 8 * MINUTE_MS),
        item(5, 7 * MINUTE_MS),
        search('a kettle_lamp, no-such-word', 6 * MINUTE_MS),
        search('Gro\u0308ße', 5 * MINUTE_MS),
        item(10, 4 * MINUTE_MS),
      ],
    },
    {
      what: 'a search exactly 30 minutes before the last of all events, here an impression: too old; one a millisecond later',
      events: [
        search('tajine', 31 * MINUTE_MS),
        search('mug', 31 * MINUTE_MS - 1),
        item(6, 20 * MINUTE_MS),
        item(3, 10 * MINUTE_MS),
        item(7, MINUTE_MS, 'impression'),
      ],
    },
    { what: 'a search alone', events: [search('größe Mug', 3 * MINUTE_MS)] },
    {
      what: 'items that the model does not know are no events to it, but items of the window',
      events: [
        item(2, windowMs, 'purchase'),
        item(5, windowMs - 1, 'select'),
        ...Array.from({ length: vdaf.maxWeight - 3 }, (_, i) => about(`gone-${i}` as ItemId, HOUR_MS - i)),
        item(8, 50, 'select'),
        item(8, 40, 'purchase'),
        about('gone-9' as ItemId, 30, 'add'),
      ],
    },
    {
      what: 'more events than ranking reads: the first five are left out',
      events: Array.from({ length: 205 }, (_, t) => item(t < 5 ? 11 : (7 * t) % 11, (204 - t) * 11 * MINUTE_MS)),
    },
  ];
}
