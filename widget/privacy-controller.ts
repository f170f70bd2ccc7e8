import { adoptStyles } from 'lit';
import type { ItemId } from '#protocol/ids.ts';
import type { DeviceMemory } from './device-memory.ts';
import { type HistoryEntry, MAX_EVENTS } from './history.ts';
import type { HistoryChannel } from './history-channel.ts';
import type { Learning } from './learning.ts';
import type { PrivacyElement } from './privacy-element.ts';
import { drawPanel } from './privacy-panel.ts';
import type { KnownEvent, PrivacyRequest } from './privacy-state.ts';
import { privacyStyles } from './privacy-styles.ts';

/** What privacy panels show and change. */
export interface PrivacyParts {
  readonly memory: DeviceMemory;
  readonly channel: HistoryChannel;
  readonly learning: Learning;
  /** Titles of the items that the model knows; may be empty while there is no model. */
  readonly titlesOf: (itemIds: readonly ItemId[]) => Promise<ReadonlyMap<ItemId, string>>;
  /** The shopper has just switched learning on. */
  readonly onOptedIn: () => void;
}

/** The hand that draws the privacy panels. */
export interface PrivacyController {
  /** A panel has appeared. Never rejects. */
  open(panel: PrivacyElement): Promise<void>;
  /** Draws every panel of the page anew. Never rejects: a store that fails leaves the panels as they were. */
  update(): Promise<void>;
}

export type CreatePrivacyController = (parts: PrivacyParts) => PrivacyController;

/** Serves the page's privacy panels. */
export const createPrivacyController: CreatePrivacyController = ({
  memory,
  channel,
  learning,
  titlesOf,
  onOptedIn,
}) => {
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
    if (drawing === lastDrawing) for (const panel of panels) panel.content = drawPanel(state, ask);
  };
  const update = () => draw().catch(() => {});

  // A store that fails here leaves the panel as it was: it never claims what did not happen.
  const ask = (request: PrivacyRequest) => void serve(request).catch(() => {});
  const serve = async (request: PrivacyRequest): Promise<void> => {
    switch (request.kind) {
      case 'remove':
        memory.keepShelf(); // it may come of what is taken back
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

  return {
    open(panel) {
      adoptStyles(panel.renderRoot as ShadowRoot, [privacyStyles]);
      panels.add(panel);
      return update();
    },
    update,
  };
};

function describe({ key, event }: HistoryEntry, titles: ReadonlyMap<ItemId, string>): KnownEvent {
  const label = event.kind === 'search' ? event.query : (titles.get(event.itemId) ?? event.itemId);
  return { key, kind: event.kind, label, atMs: event.atMs };
}
