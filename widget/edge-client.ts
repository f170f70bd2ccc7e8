import type { Bytes } from '#protocol/bytes.ts';
import type { ShopId } from '#protocol/ids.ts';
import { readAtMost } from '#protocol/read-at-most.ts';
import { WidgetError } from './widget-error.ts';

/** What a request to the edge came to. */
export type EdgeAnswer =
  | { readonly kind: 'bytes'; readonly bytes: Bytes }
  /** 404: there is none (yet). */
  | { readonly kind: 'none' }
  | { readonly kind: 'unreachable' };

/** What Workers ask of the edge's routes of one shop. */
export interface EdgeReader {
  /**
   * @param path Below the shop: `manifest`, `live`, `files/<digest>`, `task`.
   * @param maxBytes A longer answer is cut off.
   * @throws {WidgetError} `edge-refused` for any status but 200 and 404, or a body over `maxBytes`.
   */
  read(path: string, maxBytes: number): Promise<EdgeAnswer>;
}

/** What the page sends there. */
export interface EdgePoster {
  /**
   * Posts a body so that it outlives the page.
   *
   * @throws {WidgetError} `edge-refused` for a status of 500 and above.
   */
  post(path: string, body: Bytes): Promise<EdgeAnswer>;
}

interface ShopAddress {
  readonly edge: string;
  readonly shop: ShopId;
}

/** A connection that stalls counts as none; a large file may take longer than a message. */
const MESSAGE_TIMEOUT_MS = 30_000;
const FILE_TIMEOUT_MS = 180_000;

/** A receipt is a few words of JSON. */
const RECEIPT_MAX_BYTES = 4096;

/** Reads over `fetch`. */
export function createEdgeReader(address: ShopAddress, fetchFrom: typeof fetch): EdgeReader {
  const ask = asker(address, fetchFrom);
  return {
    // Manifest, live and task must be fresh; the browser still asks with its cached copy's tag.
    read: (path, maxBytes) =>
      ask(
        path,
        path.startsWith('files/')
          ? { signal: AbortSignal.timeout(FILE_TIMEOUT_MS) }
          : { cache: 'no-cache', signal: AbortSignal.timeout(MESSAGE_TIMEOUT_MS) },
        { maxBytes, isAnswer: ({ ok }) => ok },
      ),
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
        // Receipts say "late" by 410 and carry their meaning in the body.
        { maxBytes: RECEIPT_MAX_BYTES, isAnswer: ({ status }) => status < 500 },
      ),
  };
}

/** Requests carry no cookies and no referrer. */
function asker({ edge, shop }: ShopAddress, fetchFrom: typeof fetch) {
  return async (
    path: string,
    init: RequestInit,
    { maxBytes, isAnswer }: { readonly maxBytes: number; readonly isAnswer: (reply: Response) => boolean },
  ): Promise<EdgeAnswer> => {
    try {
      const reply = await fetchFrom(`${edge}/v1/shops/${shop}/${path}`, {
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
        ...init,
      });
      if (reply.status === 404) return { kind: 'none' };
      if (!isAnswer(reply)) throw new WidgetError('edge-refused', `expected an answer, got status ${reply.status}`);
      return { kind: 'bytes', bytes: reply.body ? await readAtMost(reply.body, maxBytes) : new Uint8Array() };
    } catch (error) {
      if (error instanceof WidgetError) throw error;
      if (error instanceof RangeError) throw new WidgetError('edge-refused', error.message);
      return { kind: 'unreachable' }; // fetch and streams reject with TypeError or AbortError when the network fails
    }
  };
}
