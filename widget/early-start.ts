import { SHOP_ID, type ShopId } from '#protocol/ids.ts';
import type { ConsentLevel } from './consent.ts';
import { type DeviceDatabase, openDatabase } from './device-database.ts';
import { EDGE_REQUEST, MESSAGE_TIMEOUT_MS, shopUrl } from './edge-request.ts';

/** What the loader has begun while the main chunk was on its way. Each of it is handed out once. */
export interface EarlyStart {
  /** As the browser's, but answers a page's first questions with what is on its way already. */
  readonly fetch: typeof fetch;
  /** Opens the shop's database on this device, which may have been begun. */
  readonly openDatabase: () => Promise<DeviceDatabase>;
}

/** What a first visit's shelves are drawn from. */
const QUESTIONS: Readonly<Record<string, RequestCache>> = {
  manifest: 'no-cache',
  live: 'no-cache',
  'first-shelf': 'default', // one out of date shows in its digest, and later visits have no use for it
};

/**
 * Asks the edge and, where the tag allows it, opens the database.
 *
 * @param dataset The tag's words, as yet unread: nothing is begun for one that names no shop.
 * @param mayAsk Nothing is asked before.
 */
export function startEarly(edge: string, dataset: DOMStringMap, mayAsk: Promise<unknown>): EarlyStart {
  const { vitrineShop, vitrineConsent } = dataset;
  const shop = vitrineShop as ShopId;
  const answers = new Map<unknown, Promise<Response>>();
  let database: Promise<DeviceDatabase> | undefined;
  if (SHOP_ID.test(shop)) {
    for (const [path, cache] of Object.entries(QUESTIONS)) {
      const url = shopUrl({ edge, shop }, path);
      const ask = () => fetch(url, { ...EDGE_REQUEST, cache, signal: AbortSignal.timeout(MESSAGE_TIMEOUT_MS) });
      answers.set(url, mayAsk.then(ask));
    }
    if (vitrineConsent === ('persistent' satisfies ConsentLevel)) database = openDatabase(shop);
    for (const begun of [...answers.values(), database]) begun?.catch(() => {}); // nobody may be there to hear it
  }
  return {
    fetch(url, init) {
      const answer = answers.get(url) ?? fetch(url, init);
      answers.delete(url);
      return answer;
    },
    openDatabase() {
      const opening = database ?? openDatabase(shop);
      database = undefined;
      return opening;
    },
  };
}
