import type { Pause } from '#model/scorer.ts';
import { nextTask } from './next-task.ts';

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
