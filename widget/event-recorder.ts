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
  /** The page is being left: stores what still waits, for the model or for its answer. */
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
  interface Noted {
    readonly event: PageEvent;
    readonly atMs: number;
    readonly address: string;
  }
  /** In the order in which they happened. */
  const waiting = new Set<Noted>();
  let resolveId: ((candidates: readonly string[]) => Promise<ItemId | undefined>) | undefined;
  const seen = new Set<string>();

  const store = async ({ event, atMs, address: at }: Noted, itemId?: string): Promise<void> => {
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

  const storeKnown = async (noted: Noted): Promise<void> => {
    const { event } = noted;
    const itemId = event.kind === 'search' ? undefined : await resolveId?.(event.candidates);
    if (!waiting.delete(noted)) return; // stored by `flush` meanwhile
    if (event.kind === 'search' || itemId !== undefined) await store(noted, itemId);
  };

  return {
    async note(event) {
      const noted = { event, atMs: now(), address: address() };
      waiting.add(noted);
      if (resolveId) await storeKnown(noted);
    },
    async open(resolve) {
      resolveId = resolve;
      for (const noted of [...waiting]) await storeKnown(noted);
    },
    async flush() {
      const left = [...waiting];
      waiting.clear();
      // All begun at once: nothing that is awaited is sure to come back to a page that is going.
      await Promise.all(
        left.map((noted) => store(noted, noted.event.kind === 'search' ? undefined : noted.event.candidates[0])),
      );
    },
  };
}

/** A shop may add one item twice; structured data and analytics both tell of one view. */
function isToldTwice({ kind }: ShopEvent): boolean {
  return kind === 'view' || kind === 'purchase' || kind === 'search';
}
