import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Problem } from './problem.ts';

/** Refuses bodies above `maxBytes` before they are held in memory. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new Problem('body-too-large');
    },
  });
}

/** Enough for every JSON message other than a manifest, and for a batch to the helper. */
export const MESSAGE_MAX_BYTES = 64 * 1024;

/** A hundred signed tasks of a few kilobytes each. */
export const LEDGER_MAX_BYTES = 1024 * 1024;
