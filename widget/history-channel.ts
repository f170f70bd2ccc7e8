import type { ShopId } from '#protocol/ids.ts';

/** Word among the shop's open tabs that the history has changed; carries nothing of it. */
export interface HistoryChannel {
  /** Tells this page's listeners and the other tabs. */
  announce(): void;
  onChange(listener: () => void): void;
}

/** @param isShared Whether other tabs read the same history: not while it is kept in memory. */
export function openHistoryChannel(shop: ShopId, isShared: () => boolean): HistoryChannel {
  const listeners: (() => void)[] = [];
  const tellHere = () => {
    for (const listener of listeners) listener();
  };
  const channel = new BroadcastChannel(`vitrine-${shop}`);
  channel.onmessage = () => {
    if (isShared()) tellHere();
  };
  return {
    announce() {
      tellHere();
      if (isShared()) channel.postMessage('history-changed');
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
