/** Something that a Google Analytics 4 event says the shopper did. */
export type DataLayerEvent =
  | { readonly kind: 'view' | 'add' | 'purchase'; readonly itemId: string }
  | { readonly kind: 'search'; readonly query: string };

const ITEM_EVENTS: Readonly<Record<string, 'view' | 'add' | 'purchase'>> = {
  view_item: 'view',
  add_to_cart: 'add',
  purchase: 'purchase',
};

const SEARCH_EVENTS: readonly unknown[] = ['search', 'view_search_results'];

/**
 * Reads one entry of a GA4 `dataLayer`, pushed as an object (Tag Manager) or as the arguments of
 * `gtag('event', name, parameters)`.
 *
 * @returns One event an item; none for entries that say nothing of interest.
 */
export function readDataLayerEntry(entry: unknown): DataLayerEvent[] {
  const { 0: command, 1: gtagName, 2: parameters, event, ecommerce, ...rest } = record(entry);
  const name = command === 'event' ? gtagName : event;
  const details = command === 'event' ? record(parameters) : { ...rest, ...record(ecommerce) };
  if (SEARCH_EVENTS.includes(name)) {
    const query = typeof details.search_term === 'string' ? details.search_term.trim() : '';
    return query === '' ? [] : [{ kind: 'search', query }];
  }
  const kind = typeof name === 'string' && Object.hasOwn(ITEM_EVENTS, name) ? ITEM_EVENTS[name] : undefined;
  if (!kind || !Array.isArray(details.items)) return [];
  return details.items.flatMap((item) => {
    const itemId = record(item).item_id;
    return typeof itemId === 'string' || typeof itemId === 'number' ? [{ kind, itemId: String(itemId) }] : [];
  });
}

/**
 * Calls back for every entry of a data layer, those already there included.
 *
 * Guarantee: `push` goes on doing what it did, with the same result, whatever the callback does.
 *
 * @param layer Its `push` is replaced.
 */
export function watchDataLayer(layer: unknown[], onEvent: (event: DataLayerEvent) => void): void {
  const tell = (entries: readonly unknown[]): void => {
    try {
      for (const event of entries.flatMap(readDataLayerEntry)) onEvent(event);
    } catch {
      // An entry may hold getters or proxies of the page that throw.
    }
  };
  const push = layer.push;
  layer.push = function (this: unknown[], ...entries) {
    const result = push.apply(this, entries);
    tell(entries);
    return result;
  };
  tell([...layer]);
}

function record(value: unknown): Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
