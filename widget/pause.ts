import type { Pause } from '#model/scorer.ts';

/** A page's thread is held no longer than this: half of a frame, less what one part of a computation may take. */
const SLICE_MS = 4;

/**
 * Gives a page's thread back once it has been held for {@link SLICE_MS}.
 *
 * @param now Milliseconds, of high resolution.
 * @param yieldThread Resolves in a task of its own, after what the page has waiting.
 */
export function createPause(now: () => number, yieldThread: () => Promise<void> = nextTask): Pause {
  let sinceMs = now();
  return () => {
    if (now() - sinceMs < SLICE_MS) return undefined;
    return yieldThread().then(() => {
      sinceMs = now();
    });
  };
}

/** A message to oneself: timers wait four milliseconds once they are nested. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
