import type { ItemId } from '#protocol/ids.ts';
import type { DeviceMemory } from './device-memory.ts';
import { type HistoryEntry, MAX_EVENTS } from './history.ts';
import type { HistoryChannel } from './history-channel.ts';
import type { Learning } from './learning.ts';
import { PRIVACY_REQUEST, PrivacyElement } from './privacy-element.ts';
import type { KnownEvent, PrivacyRequest } from './privacy-state.ts';

/** The hand that sets the privacy panels' state. */
export interface PrivacyController {
  /** Draws every panel of the page anew. Never rejects: a store that fails leaves the panels as they were. */
  update(): Promise<void>;
}

/**
 * Serves the page's privacy panels.
 *
 * @param titlesOf Titles of the items that the model knows; may be empty while there is no model.
 * @param onOptedIn The shopper has just switched learning on.
 */
export function createPrivacyController({
  page,
  memory,
  channel,
  learning,
  titlesOf,
  onOptedIn,
}: {
  readonly page: Document;
  readonly memory: DeviceMemory;
  readonly channel: HistoryChannel;
  readonly learning: Learning;
  readonly titlesOf: (itemIds: readonly ItemId[]) => Promise<ReadonlyMap<ItemId, string>>;
  readonly onOptedIn: () => void;
}): PrivacyController {
  const panels = new Set<PrivacyElement>();

  let lastDrawing = 0;
  const draw = async (): Promise<void> => {
    const drawing = ++lastDrawing;
    for (const panel of panels) if (!panel.isConnected) panels.delete(panel);
    if (panels.size === 0) return;
    const entries = (await memory.history.last(MAX_EVENTS)).toReversed();
    const itemIds = entries.flatMap(({ event }) => (event.kind === 'search' ? [] : [event.itemId]));
    const titles = await titlesOf([...new Set(itemIds)]);
    const state = {
      level: memory.level,
      isPaused: memory.isPaused,
      events: entries.map((entry) => describe(entry, titles)),
      learning: await learning.state(),
    };
    // What was read before the latest change must not be drawn over what was read after it.
    if (drawing === lastDrawing) for (const panel of panels) panel.state = state;
  };
  const update = () => draw().catch(() => {});

  const serve = async (request: PrivacyRequest): Promise<void> => {
    switch (request.kind) {
      case 'open':
        return update();
      case 'remove':
        await memory.history.remove(request.key);
        return channel.announce();
      case 'forget':
        await memory.forget();
        return channel.announce();
      case 'pause':
        await memory.setPaused(request.isPaused);
        return channel.announce();
      case 'learn':
        await learning.setOptedIn(request.isOptedIn);
        if (request.isOptedIn) onOptedIn();
        return update();
      default:
        return request satisfies never;
    }
  };

  page.addEventListener(PRIVACY_REQUEST, (event) => {
    const [panel] = event.composedPath();
    if (!(panel instanceof PrivacyElement)) return;
    panels.add(panel);
    // A store that fails here leaves the panel as it was: it never claims what did not happen.
    serve((event as CustomEvent<PrivacyRequest>).detail).catch(() => {});
  });
  return { update };
}

function describe({ key, event }: HistoryEntry, titles: ReadonlyMap<ItemId, string>): KnownEvent {
  const label = event.kind === 'search' ? event.query : (titles.get(event.itemId) ?? event.itemId);
  return { key, kind: event.kind, label, atMs: event.atMs };
}
