import type { Bytes } from '#protocol/bytes.ts';
import type { ShopId } from '#protocol/ids.ts';
import { WidgetError } from './widget-error.ts';

/** What a request to the edge came to. */
export type EdgeAnswer =
  | { readonly kind: 'bytes'; readonly bytes: Bytes }
  /** 404: there is none (yet). */
  | { readonly kind: 'none' }
  | { readonly kind: 'unreachable' };

/** The edge's routes of one shop. Requests carry no cookies and no referrer. */
export interface EdgeClient {
  /**
   * @param path Below the shop: `manifest`, `live`, `files/<digest>`, `task`.
   * @param maxBytes A longer answer is cut off.
   * @throws {WidgetError} `edge-refused` for any status but 200 and 404, or a body over `maxBytes`.
   */
  read(path: string, maxBytes: number): Promise<EdgeAnswer>;
  /** Posts a body so that it outlives the page; same answers as {@link EdgeClient.read}. */
  post(path: string, body: Bytes): Promise<EdgeAnswer>;
}

/** A connection that stalls counts as none; a large file may take longer than a message. */
const MESSAGE_TIMEOUT_MS = 30_000;
const FILE_TIMEOUT_MS = 180_000;

/** A receipt is a few words of JSON. */
const RECEIPT_MAX_BYTES = 4096;

/** An edge client over `fetch`. */
export function createEdgeClient(
  { edge, shop }: { readonly edge: string; readonly shop: ShopId },
  fetchFrom: typeof fetch,
): EdgeClient {
  const request = async (path: string, init: RequestInit, maxBytes: number): Promise<EdgeAnswer> => {
    const reply = await reach(() =>
      fetchFrom(`${edge}/v1/shops/${shop}/${path}`, { credentials: 'omit', referrerPolicy: 'no-referrer', ...init }),
    );
    if (reply === undefined) return { kind: 'unreachable' };
    if (reply.status === 404) return { kind: 'none' };
    // Receipts say "late" by 410 and carry their meaning in the body.
    if (!reply.ok && init.method !== 'POST')
      throw new WidgetError('edge-refused', `expected status 200, got ${reply.status}`);
    if (reply.status >= 500) throw new WidgetError('edge-refused', `expected a receipt, got status ${reply.status}`);
    const bytes = await reach(() => readAtMost(reply, maxBytes));
    return bytes === undefined ? { kind: 'unreachable' } : { kind: 'bytes', bytes };
  };
  return {
    // Manifest, live and task must be fresh; the browser still asks with its cached copy's tag.
    read: (path, maxBytes) =>
      path.startsWith('files/')
        ? request(path, { signal: AbortSignal.timeout(FILE_TIMEOUT_MS) }, maxBytes)
        : request(path, { cache: 'no-cache', signal: AbortSignal.timeout(MESSAGE_TIMEOUT_MS) }, maxBytes),
    post: (path, body) =>
      request(
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

/** `fetch` and body streams reject with TypeError (or AbortError) when the network fails. */
async function reach<T>(attempt: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof WidgetError) throw error;
    return undefined;
  }
}

async function readAtMost(response: Response, maxBytes: number): Promise<Bytes> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (part === undefined || part.done) break;
    length += part.value.length;
    if (length > maxBytes) {
      await reader?.cancel();
      throw new WidgetError('edge-refused', `expected at most ${maxBytes} bytes, got more`);
    }
    parts.push(part.value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
