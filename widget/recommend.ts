import type { ItemCard } from '#protocol/catalog.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { DeviceMemory } from './device-memory.ts';
import type { EngineClient } from './engine-client.ts';
import type { ModelInUse } from './engine-messages.ts';
import { createEventRecorder } from './event-recorder.ts';
import type { HistoryChannel } from './history-channel.ts';
import type { PageEvent } from './page-events.ts';
import { createShelfController } from './shelf-controller.ts';
import type { ShelfCard, ShelfQuery, ShelfState } from './shelf-state.ts';
import { whenIdle } from './when-idle.ts';
import { codeOf, type WidgetErrorCode } from './widget-error.ts';
import { yieldToInput } from './yield-to-input.ts';

/** How far the engine is; shelves show what it allows. */
type Readiness =
  /** Meanwhile a shelf shows what is popular, or waits. */
  | { readonly kind: 'loading'; readonly popular: readonly ShelfCard[]; readonly isUnpriced?: boolean }
  | { readonly kind: 'ready' }
  /** By the merchant's kill switch. */
  | { readonly kind: 'off' }
  | { readonly kind: 'failed'; readonly code: WidgetErrorCode };

/** Events passed on for ranking: as many as a profile may hold, and enough to know the cart. */
const NUM_RANKED_EVENTS = 200;

/** What shelves go by. */
export type RecommendNews =
  /** A first visit: popular items to draw while the model is on its way. */
  | { readonly kind: 'first-shelf'; readonly cards: readonly ItemCard[] }
  /** Items are ranked from now on; told again when model or live facts change. */
  | { readonly kind: 'ready'; readonly model: ModelInUse }
  /** The merchant has turned all shelves off. */
  | { readonly kind: 'shelves-off' }
  /** `isUsable`: what there was before is intact and goes on answering. */
  | { readonly kind: 'failed'; readonly code: WidgetErrorCode; readonly isUsable: boolean };

/** The page's side of the recommend flow. */
export interface Recommendations {
  /** Something the shopper did. Never rejects. */
  note(event: PageEvent): Promise<void>;
  hear(news: RecommendNews): void;
  /** The page is being left. */
  leave(): Promise<void>;
  /** The engine, or what starts it, has failed: shelves go back to the shop's own lists. */
  fail(error: unknown): void;
  /** Something failed that shelves can do without: one `vitrine-error` on the page for each code. */
  warn(error: unknown): void;
}

/**
 * The recommend flow on the page: page event → history → engine → shelf. The engine goes on from
 * there, see `rank-shelf.ts`.
 *
 * This is the one place where a failure is caught: it ends in fallback and one `vitrine-error`, or,
 * where only the device's memory failed, in the event alone.
 *
 * @param engine The engine now in charge.
 * @param keepShelf Stores a personal shelf for the next page to begin with. Never throws.
 * @param onReady A model answers from now on.
 */
export function startRecommending({
  page,
  memory,
  channel,
  engine,
  keepShelf,
  onReady,
  now,
}: {
  readonly page: Document;
  readonly memory: DeviceMemory;
  readonly channel: HistoryChannel;
  readonly engine: () => Promise<EngineClient>;
  readonly keepShelf: (cards: readonly ShelfCard[]) => void;
  readonly onReady: (model: ModelInUse) => void;
  readonly now: () => number;
}): Recommendations {
  let readiness: Readiness = { kind: 'loading', popular: [] };
  let lastShelf: readonly ShelfCard[] = [];
  let isShelfKept = true;
  let pageItem: { readonly address: string; readonly itemId: ItemId } | undefined;
  const address = () => page.location.pathname + page.location.search;

  /** The history as this page knows it: its own events count before they are stored. */
  let recent: readonly ShopEvent[] | undefined;

  // Page event → history.
  const remember = async (event: ShopEvent): Promise<void> => {
    if (memory.isPaused) return;
    recent = recent && [...recent, event].slice(-NUM_RANKED_EVENTS);
    // An event lost is no reason to take the shelves away.
    await memory.history.append(event).catch(warn);
  };
  const recorder = createEventRecorder({
    async append(event) {
      if (event.kind === 'view') pageItem = { address: address(), itemId: event.itemId };
      const stored = remember(event);
      const isRanked = recent !== undefined && readiness.kind === 'ready';
      if (isRanked) shelves.fillAll();
      await stored;
      channel.announce({ isOwnEvent: isRanked });
    },
    address,
    now,
  });

  let reading: Promise<readonly ShopEvent[]> | undefined;
  /** Shelves that are filled together read it once. */
  const readHistory = async (): Promise<readonly ShopEvent[]> => {
    if (recent) return recent;
    reading ??= memory.history.last(NUM_RANKED_EVENTS).then(
      (entries) => entries.map(({ event }) => event),
      (error) => {
        warn(error);
        return []; // a shelf of what is popular is better than none
      },
    );
    const read = reading;
    const events = await read;
    if (reading === read) {
      recent = events;
      reading = undefined;
    }
    return events;
  };

  /** For the next page to begin with. Soon, since that page may look before this one has ended. */
  const keepSoon = (cards: readonly ShelfCard[]): void => {
    lastShelf = cards;
    isShelfKept = false;
    whenIdle(keep);
  };
  const keep = async (): Promise<void> => {
    if (isShelfKept || readiness.kind === 'off') return;
    isShelfKept = true;
    keepShelf(lastShelf);
  };

  /** One shelf a task: drawing two at once may hold a slow phone too long. */
  let turn = Promise.resolve();
  const takeTurn = (): Promise<void> => {
    const before = turn;
    turn = before.then(yieldToInput);
    return before;
  };

  // History → engine → shelf.
  const fill = async (query: ShelfQuery): Promise<ShelfState> => {
    switch (readiness.kind) {
      case 'loading': {
        const { popular, isUnpriced = false } = readiness;
        const cards = query.kind === 'similar' ? [] : popular.slice(0, query.count);
        await takeTurn();
        return cards.length > 0 ? { kind: 'ready', cards, isMeanwhile: true, isUnpriced } : { kind: 'waiting' };
      }
      case 'off':
        return { kind: 'fallback' };
      case 'failed':
        return { kind: 'fallback', code: readiness.code };
      case 'ready': {
        const events = memory.isPaused ? [] : await readHistory();
        const pageItemId = pageItem?.address === address() ? pageItem.itemId : undefined;
        const request = { query, pageItemId, events };
        const { cards } = await (await engine()).ask({ kind: 'rank', request });
        if (query.kind === 'for-you' && events === recent) keepSoon(cards); // or it comes of what has been taken back
        return cards.length > 0 ? { kind: 'ready', cards } : { kind: 'fallback' };
      }
      default:
        return readiness satisfies never;
    }
  };

  const warned = new Set<WidgetErrorCode>();
  const report = (code: WidgetErrorCode): void => {
    if (warned.has(code)) return;
    warned.add(code);
    page.dispatchEvent(new CustomEvent('vitrine-error', { detail: { code } }));
  };
  const warn = (error: unknown): void => report(codeOf(error));

  const fail = (error: unknown): void => {
    const code = codeOf(error);
    readiness = { kind: 'failed', code };
    shelves.fallBack(code);
  };

  const shelves = createShelfController({
    page,
    fill,
    // Its id is the catalog's own, and the page may be gone in a moment: stored without asking the
    // engine. No shelf is filled anew: reordering it under the pointer helps nobody.
    onSelect: (itemId) => void remember({ kind: 'select', itemId, atMs: now() }),
    onFailure: fail,
  });
  channel.onChange(({ isOwnEvent }) => {
    if (isOwnEvent) return;
    recent = undefined; // changed by another hand
    if (lastShelf.length > 0) keepSoon([]); // what was forgotten must not be kept by this page
    reading = undefined;
    if (readiness.kind === 'ready') shelves.fillAll();
  });

  const note = async (event: PageEvent): Promise<void> => {
    try {
      await recorder.note(event);
    } catch (error) {
      warn(error);
    }
  };

  /** Prices follow once the engine speaks: its Worker has then made a number format, and the next costs nothing. */
  const showPopular = (popular: readonly ShelfCard[]): void => {
    const unpriced: Readiness = { kind: 'loading', popular, isUnpriced: true };
    readiness = unpriced;
    shelves.fillAll();
    const addPrices = () => {
      if (readiness !== unpriced) return;
      readiness = { ...unpriced, isUnpriced: false };
      shelves.fillAll();
    };
    engine().then(addPrices, () => {}); // who could not start it has said so
  };

  const begin = async (model: ModelInUse): Promise<void> => {
    try {
      // What this page is about must be known before its shelves are ranked.
      await recorder.open(async (candidates) => (await (await engine()).ask({ kind: 'resolve', candidates })).itemId);
      readiness = { kind: 'ready' };
      shelves.fillAll();
      onReady(model);
    } catch (error) {
      fail(error);
    }
  };

  return {
    note,
    hear(news) {
      switch (news.kind) {
        case 'first-shelf':
          return showPopular(news.cards.map(toPopular));
        case 'ready':
          return void begin(news.model);
        case 'shelves-off':
          readiness = { kind: 'off' };
          keepShelf([]);
          return shelves.fallBack();
        case 'failed':
          if (!news.isUsable) readiness = { kind: 'failed', code: news.code };
          return news.isUsable ? report(news.code) : shelves.fallBack(news.code);
        default:
          return news satisfies never;
      }
    },
    async leave() {
      void keep();
      await recorder.flush().catch(() => {}); // a store that fails now has nobody to tell
    },
    fail,
    warn,
  };
}

function toPopular(card: ItemCard): ShelfCard {
  return { ...card, reason: { kind: 'popular' } };
}
