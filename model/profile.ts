import { NUM_GAP_BUCKETS } from '#protocol/encoder-file.ts';
import { ITEM_EVENT_KINDS, type ItemEventKind, SESSION_GAP_MS, type ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { wordsOf } from '#protocol/words.ts';

/** How many of the last item events ranking reads: those before add little to any term. */
export const MAX_PROFILE_EVENTS = 200;

/** Visits further back than this are told as this. */
export const MAX_VISITS_AGO = 255;

/** What the recommender reads of a history: the last item events, oldest first, and the latest searches. */
export interface Profile {
  /** `[T]`, item rows. */
  readonly rows: Uint32Array;
  /** `[T]`, indexes into `ITEM_EVENT_KINDS`. */
  readonly kinds: Uint8Array;
  /** `[T]`, time since the event before, see {@link gapBucket}. */
  readonly gaps: Uint8Array;
  /**
   * `[T]`, how many visits before the last event's each event lies, at most {@link MAX_VISITS_AGO}. A visit
   * ends where the next of these events comes `SESSION_GAP_MS` later or more.
   */
  readonly visitsAgo: Uint8Array;
  /** Words of the last searches, latest search first. */
  readonly searches: readonly (readonly string[])[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Upper ends of the time-gap buckets; what is longer falls into the last one. */
const GAP_ENDS_MS = [
  MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  DAY_MS,
  3 * DAY_MS,
  7 * DAY_MS,
  30 * DAY_MS,
  90 * DAY_MS,
];

/** Searches beyond the latest few, or of a session before the last event's, say nothing of now. */
const MAX_SEARCHES = 3;

/** A row of the time-gap embedding, 0…`NUM_GAP_BUCKETS` − 1, for the time between two events. */
export function gapBucket(gapMs: number): number {
  const bucket = GAP_ENDS_MS.findIndex((endMs) => gapMs < endMs);
  return bucket === -1 ? NUM_GAP_BUCKETS - 1 : bucket;
}

/** The encoder's number for an event kind. */
export function kindIndex(kind: ItemEventKind): number {
  return ITEM_EVENT_KINDS.indexOf(kind);
}

/**
 * Reads a history into a profile.
 *
 * Left out: impressions (seeing a card is no interest yet) and items that this model does not know.
 *
 * @param events Oldest first.
 * @param rowOf An item's row in this model, `undefined` if it has none.
 * @param maxEvents How many of the last item events are read.
 */
export function buildProfile(
  events: readonly ShopEvent[],
  { rowOf, maxEvents }: { readonly rowOf: (id: ItemId) => number | undefined; readonly maxEvents: number },
): Profile {
  const rows: number[] = [];
  const kinds: number[] = [];
  const gaps: number[] = [];
  const visits: number[] = [];
  const searches: string[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  let visit = 0;
  const sessionStartMs = (events.at(-1)?.atMs ?? 0) - SESSION_GAP_MS;
  for (const event of events) {
    if (event.kind === 'search') {
      if (event.atMs > sessionStartMs) searches.unshift(wordsOf(event.query));
      continue;
    }
    if (event.kind === 'impression') continue;
    const row = rowOf(event.itemId);
    if (row === undefined) continue;
    const gapMs = event.atMs - lastMs;
    lastMs = event.atMs;
    if (gapMs >= SESSION_GAP_MS) visit++;
    rows.push(row);
    kinds.push(kindIndex(event.kind));
    gaps.push(gapBucket(gapMs));
    visits.push(visit);
  }
  return {
    rows: Uint32Array.from(rows.slice(-maxEvents)),
    kinds: Uint8Array.from(kinds.slice(-maxEvents)),
    gaps: Uint8Array.from(gaps.slice(-maxEvents)),
    visitsAgo: Uint8Array.from(visits.slice(-maxEvents), (earlier) => Math.min(MAX_VISITS_AGO, visit - earlier)),
    searches: searches.slice(0, MAX_SEARCHES),
  };
}

/** A profile's last `maxEvents` events before position `end`: what the encoder reads. Views, not copies. */
export function eventsBefore(
  { rows, kinds, gaps }: Pick<Profile, 'rows' | 'kinds' | 'gaps'>,
  end: number,
  maxEvents: number,
): Pick<Profile, 'rows' | 'kinds' | 'gaps'> {
  const start = Math.max(0, end - maxEvents);
  return { rows: rows.subarray(start, end), kinds: kinds.subarray(start, end), gaps: gaps.subarray(start, end) };
}
