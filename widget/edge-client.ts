import type { Bytes } from '#protocol/bytes.ts';
import { readAtMost } from '#protocol/read-at-most.ts';
import { EDGE_REQUEST, MESSAGE_TIMEOUT_MS, type ShopAddress, shopUrl } from './edge-request.ts';
import { WidgetError } from './widget-error.ts';

/** What a request to the edge came to. */
export type EdgeAnswer =
  | { readonly kind: 'bytes'; readonly bytes: Bytes }
  /** 404: there is none (yet). */
  | { readonly kind: 'none' }
  | { readonly kind: 'unreachable' }
  /** 429, 500 and above: may pass. */
  | { readonly kind: 'busy'; readonly status: number };

/** What Workers ask of the edge's routes of one shop. */
export interface EdgeReader {
  /**
   * @param path Below the shop: `manifest`, `live`, `first-shelf`, `files/<digest>`, `task`.
   * @param maxBytes A longer answer is cut off.
   * @param cache `reload` asks past the browser's HTTP cache, when what came out of it was wrong.
   * @throws {WidgetError} `edge-refused` for any other status, or a body over `maxBytes`.
   */
  read(path: string, maxBytes: number, cache?: 'reload'): Promise<EdgeAnswer>;
}

/** What the page sends there. */
export interface EdgePoster {
  /** Posts a body so that it outlives the page. */
  post(path: string, body: Bytes): Promise<EdgeAnswer>;
}

/** A signed message, the largest of them a manifest of some thousand files, is shorter. */
export const MESSAGE_MAX_BYTES = 1 << 20;

/** A large file may take longer than a message. */
const FILE_TIMEOUT_MS = 180_000;

/** A receipt is a few words of JSON. */
const RECEIPT_MAX_BYTES = 4096;

/** Reads over `fetch`. */
export function createEdgeReader(address: ShopAddress, fetchFrom: typeof fetch): EdgeReader {
  const ask = asker(address, fetchFrom);
  return {
    read(path, maxBytes, cache) {
      const isFile = path.startsWith('files/');
      return ask(
        path,
        {
          // Manifest, live and task must be fresh; the browser still asks with its cached copy's tag.
          cache: cache ?? (isFile ? 'default' : 'no-cache'),
          signal: AbortSignal.timeout(isFile ? FILE_TIMEOUT_MS : MESSAGE_TIMEOUT_MS),
        },
        maxBytes,
      );
    },
  };
}

/** Posts over `fetch`. */
export function createEdgePoster(address: ShopAddress, fetchFrom: typeof fetch): EdgePoster {
  const ask = asker(address, fetchFrom);
  return {
    post: (path, body) =>
      ask(
        path,
        {
          method: 'POST',
          body,
          keepalive: true,
          headers: { 'content-type': 'application/octet-stream' },
          signal: AbortSignal.timeout(FILE_TIMEOUT_MS),
        },
        RECEIPT_MAX_BYTES,
      ),
  };
}

function asker(address: ShopAddress, fetchFrom: typeof fetch) {
  return async function ask(path: string, init: RequestInit, maxBytes: number): Promise<EdgeAnswer> {
    try {
      const reply = await fetchFrom(shopUrl(address, path), { ...EDGE_REQUEST, ...init });
      const { status } = reply;
      if (status === 404) return { kind: 'none' };
      if ((status === 429 && !init.body) || status >= 500) return { kind: 'busy', status };
      // "Unchanged", said to a browser that has nothing to compare with: it must be told to ask for all.
      if (status === 304 && init.cache !== 'reload') return await ask(path, { ...init, cache: 'reload' }, maxBytes);
      // Receipts say "late" by 410, "full" by 429 and carry their meaning in the body.
      if (!reply.ok && !init.body) throw new WidgetError('edge-refused', `expected an answer, got status ${status}`);
      return { kind: 'bytes', bytes: reply.body ? await readAtMost(reply.body, maxBytes) : new Uint8Array() };
    } catch (error) {
      if (error instanceof WidgetError) throw error;
      // What is longer than any receipt is none: a platform's own page on its rate limit, say.
      if (error instanceof RangeError && !init.body) throw new WidgetError('edge-refused', error.message);
      return { kind: 'unreachable' }; // fetch and streams reject with TypeError or AbortError when the network fails
    }
  };
}
