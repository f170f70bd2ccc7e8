import type { ItemId } from '#protocol/ids.ts';
import { SHELF_REQUEST, ShelfElement } from './shelf-element.ts';
import type { ShelfQuery, ShelfState } from './shelf-state.ts';
import type { WidgetErrorCode } from './widget-error.ts';

/** The page's shelves, and the only hand that sets their state. */
export interface ShelfController {
  /** Fills every shelf anew; each keeps what it shows until its answer is there. */
  fillAll(): void;
  /** Back to the shop's own lists. Says why once, on each shelf, or on the page if it has none. */
  fallBack(code?: WidgetErrorCode): void;
}

/**
 * Serves the shelves of a page, those that come later too.
 *
 * @param page Where the shelves' request events bubble to.
 * @param fill Ranks one shelf.
 * @param onSelect A product was chosen.
 * @param onFailure Filling one shelf failed.
 */
export function createShelfController({
  page,
  fill,
  onSelect,
  onFailure,
}: {
  readonly page: Document;
  readonly fill: (query: ShelfQuery) => Promise<ShelfState>;
  readonly onSelect: (itemId: ItemId) => void;
  readonly onFailure: (error: unknown) => void;
}): ShelfController {
  const shelves = new Set<ShelfElement>();
  /** The latest request of each shelf: an answer to an earlier one comes too late to be shown. */
  const latest = new WeakMap<ShelfElement, object>();

  /** Drawing costs the most, and each look at the edge may fail anew: why is said once. */
  const show = (shelf: ShelfElement, state: ShelfState): void => {
    if (JSON.stringify(state) !== JSON.stringify(shelf.state)) shelf.state = state;
  };

  const fillOne = async (shelf: ShelfElement): Promise<void> => {
    const request = {};
    latest.set(shelf, request);
    try {
      const state = await fill(shelf.query);
      if (latest.get(shelf) !== request) return;
      show(shelf, state);
    } catch (error) {
      if (latest.get(shelf) === request) onFailure(error);
    }
  };

  page.addEventListener(SHELF_REQUEST, (event) => {
    const [shelf] = event.composedPath();
    if (!(shelf instanceof ShelfElement)) return;
    shelves.add(shelf);
    void fillOne(shelf);
  });
  page.addEventListener('vitrine-select', (event) => {
    const [shelf] = event.composedPath();
    if (shelf instanceof ShelfElement) onSelect((event as CustomEvent<{ itemId: ItemId }>).detail.itemId);
  });

  const connected = (): ShelfElement[] => {
    for (const shelf of shelves) if (!shelf.isConnected) shelves.delete(shelf);
    return [...shelves];
  };

  return {
    fillAll() {
      for (const shelf of connected()) void fillOne(shelf);
    },
    fallBack(code) {
      const shown = connected();
      for (const shelf of shown) {
        latest.delete(shelf);
        show(shelf, { kind: 'fallback', code });
      }
      if (code && shown.length === 0) page.dispatchEvent(new CustomEvent('vitrine-error', { detail: { code } }));
    },
  };
}
