import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { type History, MAX_AGE_MS, MAX_EVENTS } from '#widget/history.ts';

/** A claim about every history; rejects where it does not hold. */
export interface HistoryClaim {
  readonly name: string;
  /** @param open A new, empty history that reads the given clock. */
  readonly check: (open: (now: () => number) => Promise<History>) => Promise<void>;
}

const START_MS = 1_900_000_000_000;

function view(n: number, atMs = START_MS + n): ShopEvent {
  return { kind: 'view', itemId: `item-${n}` as ItemId, atMs };
}

async function events(history: History, count: number): Promise<readonly ShopEvent[]> {
  return (await history.last(count)).map(({ event }) => event);
}

function equal(actual: unknown, expected: unknown): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`expected ${wanted}, got ${got}`);
}

/** Run over the memory history in Node and over the stored one in a real browser. */
export const HISTORY_CLAIMS: readonly HistoryClaim[] = [
  {
    name: 'gives back what was appended, oldest first',
    async check(open) {
      const history = await open(() => START_MS);
      const search: ShopEvent = { kind: 'search', query: 'mug', atMs: START_MS };
      for (const event of [view(4), search, view(2)]) await history.append(event);
      equal(await events(history, 10), [view(4), search, view(2)]);
    },
  },
  {
    name: 'gives back only the last ones asked for',
    async check(open) {
      const history = await open(() => START_MS);
      for (let n = 0; n < 5; n++) await history.append(view(n));
      equal(await events(history, 2), [view(3), view(4)]);
      equal(await events(history, 0), []);
    },
  },
  {
    name: 'removes one event and no other',
    async check(open) {
      const history = await open(() => START_MS);
      for (let n = 0; n < 3; n++) await history.append(view(n));
      const [, second] = await history.last(3);
      await history.remove(second?.key as number);
      equal(await events(history, 10), [view(0), view(2)]);
    },
  },
  {
    name: 'has nothing left after a wipe, and goes on',
    async check(open) {
      const history = await open(() => START_MS);
      for (let n = 0; n < 3; n++) await history.append(view(n));
      await history.wipe();
      equal(await events(history, 10), []);
      await history.append(view(7));
      equal(await events(history, 10), [view(7)]);
    },
  },
  {
    name: 'keeps the last MAX_EVENTS',
    async check(open) {
      const history = await open(() => START_MS);
      for (let n = 0; n < MAX_EVENTS + 3; n++) await history.append(view(n));
      const kept = await events(history, 2 * MAX_EVENTS);
      equal(kept.length, MAX_EVENTS);
      equal(kept[0], view(3));
    },
  },
  {
    name: 'gives back nothing older than MAX_AGE_MS, and deletes it with the next event',
    async check(open) {
      let nowMs = START_MS;
      const history = await open(() => nowMs);
      await history.append(view(1, START_MS));
      await history.append(view(2, START_MS + 5000));
      nowMs = START_MS + MAX_AGE_MS;
      equal(await events(history, 10), [view(2, START_MS + 5000)]);
      await history.append(view(3, nowMs));
      nowMs = START_MS;
      equal(await events(history, 10), [view(2, START_MS + 5000), view(3, START_MS + MAX_AGE_MS)]);
    },
  },
];
