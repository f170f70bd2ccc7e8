import * as v from 'valibot';
import { type ShopEvent, ShopEventSchema } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { PageEvent } from './page-events.ts';

/**
 * Turns what a page shows into history.
 *
 * Which of a product's names is the shop's id for it, only the catalog can say, so events wait for
 * the model. A page that is left sooner stores them under their likeliest name.
 */
export interface EventRecorder {
  /** Takes an event; stores it if the model is there. */
  note(event: PageEvent): Promise<void>;
  /** The catalog can answer from now on: stores what has waited. */
  open(resolve: (candidates: readonly string[]) => Promise<ItemId | undefined>): Promise<void>;
  /** The page is being left: stores what still waits. */
  flush(): Promise<void>;
}

/**
 * @param append Stores one event.
 * @param address The page's address: the same view from two sources counts once at one address.
 */
export function createEventRecorder({
  append,
  address,
  now,
}: {
  readonly append: (event: ShopEvent) => Promise<void>;
  readonly address: () => string;
  readonly now: () => number;
}): EventRecorder {
  let waiting: { event: PageEvent; atMs: number; address: string }[] = [];
  let resolveId: ((candidates: readonly string[]) => Promise<ItemId | undefined>) | undefined;
  const seen = new Set<string>();

  const store = async ({ event, atMs, address: at }: (typeof waiting)[number], itemId?: string): Promise<void> => {
    const parsed = v.safeParse(
      ShopEventSchema,
      event.kind === 'search' ? { ...event, atMs } : { kind: event.kind, itemId, atMs },
    );
    if (!parsed.success) return; // an id or a query that no shop could mean
    const shopEvent = parsed.output;
    if (isToldTwice(shopEvent)) {
      const sighting = `${shopEvent.kind} ${shopEvent.kind === 'search' ? shopEvent.query : shopEvent.itemId} ${at}`;
      if (seen.has(sighting)) return;
      seen.add(sighting);
    }
    await append(shopEvent);
  };

  const storeKnown = async (waited: (typeof waiting)[number]): Promise<void> => {
    if (waited.event.kind === 'search') return store(waited);
    const itemId = await resolveId?.(waited.event.candidates);
    if (itemId !== undefined) await store(waited, itemId);
  };

  const takeWaiting = () => {
    const taken = waiting;
    waiting = [];
    return taken;
  };

  return {
    async note(event) {
      const noted = { event, atMs: now(), address: address() };
      if (resolveId) await storeKnown(noted);
      else waiting.push(noted);
    },
    async open(resolve) {
      resolveId = resolve;
      for (const waited of takeWaiting()) await storeKnown(waited);
    },
    async flush() {
      for (const waited of takeWaiting()) {
        await store(waited, waited.event.kind === 'search' ? undefined : waited.event.candidates[0]);
      }
    },
  };
}

/** A shop may add one item twice; structured data and analytics both tell of one view. */
function isToldTwice({ kind }: ShopEvent): boolean {
  return kind === 'view' || kind === 'purchase' || kind === 'search';
}
