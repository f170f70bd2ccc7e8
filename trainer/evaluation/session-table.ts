import type { Basket } from '#trainer/dataset.ts';

/**
 * Past sessions and where each item is in them, in typed arrays: tuning walks a log of a million events
 * thousands of times.
 */
export interface SessionTable {
  /** `[sessions + 1]`, into the arrays of events. Sessions by the time of their last event, earliest first. */
  readonly offsets: Uint32Array;
  /** `[events]`, item rows, oldest first within a session. */
  readonly rows: Uint32Array;
  /** `[events]`, the session each belongs to. */
  readonly sessionOf: Uint32Array;
  /** `[events]`, 1 where the same item comes again later in the session. */
  readonly comesAgain: Uint8Array;
  /** `[sessions]`, different items of each. */
  readonly numDistinct: Uint32Array;
  /** `[sessions]`, how long before the log's end each ended, as a share of the log's time span, 0…1. */
  readonly ages: Float64Array;
  /** `[N + 1]`, into `places`. */
  readonly placeOffsets: Uint32Array;
  /** `[events]`, events of each item, rising. */
  readonly places: Uint32Array;
}

/**
 * Cuts every customer's baskets into sessions.
 *
 * @param baskets By time.
 * @param basketsPerSession How many of a customer's neighboring baskets make one session, counted back from
 *   the latest; Infinity for one session a customer.
 */
export function makeSessionTable(
  baskets: readonly Basket[],
  { numItems, basketsPerSession }: { readonly numItems: number; readonly basketsPerSession: number },
): SessionTable {
  const sessions = cutSessions(baskets, basketsPerSession);
  const offsets = new Uint32Array(sessions.length + 1);
  sessions.forEach((session, index) => {
    offsets[index + 1] = session.reduce((end, { rows }) => end + rows.length, offsets[index] as number);
  });
  const numEvents = offsets[sessions.length] as number;
  const rows = new Uint32Array(numEvents);
  const sessionOf = new Uint32Array(numEvents);
  const ages = new Float64Array(sessions.length);
  const firstMs = baskets[0]?.atMs ?? 0;
  const lastMs = baskets.at(-1)?.atMs ?? 0;
  sessions.forEach((session, index) => {
    let event = offsets[index] as number;
    sessionOf.fill(index, event, offsets[index + 1]);
    for (const basket of session) for (const row of basket.rows) rows[event++] = row;
    const endMs = (session.at(-1) as Basket).atMs;
    ages[index] = lastMs > firstMs ? (lastMs - endMs) / (lastMs - firstMs) : 0;
  });
  const found = findPlaces(rows, sessionOf, numItems);
  const numDistinct = new Uint32Array(sessions.length);
  sessionOf.forEach((session, event) => {
    if (found.comesAgain[event] === 0) numDistinct[session] = (numDistinct[session] as number) + 1;
  });
  return { offsets, rows, sessionOf, numDistinct, ages, ...found };
}

/** Sessions by the time of their last basket. */
function cutSessions(baskets: readonly Basket[], basketsPerSession: number): Basket[][] {
  const indicesOf = new Map<string, number[]>();
  baskets.forEach(({ customer }, index) => {
    const indices = indicesOf.get(customer);
    if (indices) indices.push(index);
    else indicesOf.set(customer, [index]);
  });
  const sessionEndingAt = new Map<number, Basket[]>();
  for (const indices of indicesOf.values()) {
    for (let end = indices.length; end > 0; end -= basketsPerSession) {
      const session = indices.slice(Math.max(0, end - basketsPerSession), end);
      sessionEndingAt.set(
        session.at(-1) as number,
        session.map((index) => baskets[index] as Basket),
      );
    }
  }
  // Baskets come by time, so the order of their indices is the order of the sessions' ends.
  return baskets.flatMap((_, index) => {
    const session = sessionEndingAt.get(index);
    return session ? [session] : [];
  });
}

function findPlaces(
  rows: Uint32Array,
  sessionOf: Uint32Array,
  numItems: number,
): Pick<SessionTable, 'places' | 'placeOffsets' | 'comesAgain'> {
  const placeOffsets = new Uint32Array(numItems + 1);
  for (const row of rows) placeOffsets[row + 1] = (placeOffsets[row + 1] as number) + 1;
  for (let row = 0; row < numItems; row++) {
    placeOffsets[row + 1] = (placeOffsets[row + 1] as number) + (placeOffsets[row] as number);
  }
  const next = placeOffsets.slice(0, numItems);
  const places = new Uint32Array(rows.length);
  const comesAgain = new Uint8Array(rows.length);
  rows.forEach((row, event) => {
    const at = next[row] as number;
    next[row] = at + 1;
    places[at] = event;
    const before = places[at - 1] as number; // of another item where `at` is the item's first place
    if (at > (placeOffsets[row] as number) && sessionOf[before] === sessionOf[event]) comesAgain[before] = 1;
  });
  return { placeOffsets, places, comesAgain };
}
