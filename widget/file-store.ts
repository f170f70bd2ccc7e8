import type { Bytes } from '#protocol/bytes.ts';
import type { Digest, ShopId } from '#protocol/ids.ts';

/** Where a model's files stay between pages, each under its digest. What comes back is not to be trusted. */
export interface FileStore {
  /** Model files may take this much together; `Infinity` where the merchant set no limit. */
  readonly quotaBytes: number;
  read(digest: Digest): Promise<Bytes | undefined>;
  /** Rejects where storage is denied or full. */
  write(digest: Digest, bytes: Bytes): Promise<void>;
  digests(): Promise<Digest[]>;
  remove(digest: Digest): Promise<void>;
  /**
   * Runs a step that no other tab of the shop runs under the same name meanwhile.
   *
   * It keeps tabs from doing a thing twice and is no more than that: where the browser has no locks, or
   * a tab holds one for too long, the step runs all the same.
   */
  alone<T>(name: string, step: () => Promise<T>): Promise<T>;
}

/** The part of `CacheStorage` that is used, so that tests can fill or forbid it. */
export type FileCaches = Pick<CacheStorage, 'open' | 'delete'>;

/** Longer than a large file takes on a slow line; shorter than a shopper stays on a page. */
const LOCK_WAIT_MS = 20_000;

/** For a page that may store nothing: its model is in the engine, and a second copy would be one too many. */
export const NO_FILES: FileStore = {
  quotaBytes: Number.POSITIVE_INFINITY,
  read: async () => undefined,
  write: async () => {},
  digests: async () => [],
  remove: async () => {},
  alone: (_name, step) => step(),
};

/**
 * Files in the browser's Cache Storage, under a name of the shop's own.
 *
 * @param locks `undefined` where the browser has none.
 * @param lockWaitMs How long another tab may hold a lock.
 */
export function createCachedFiles(
  caches: FileCaches,
  {
    shop,
    locks,
    quotaBytes,
    lockWaitMs = LOCK_WAIT_MS,
  }: {
    readonly shop: ShopId;
    readonly locks: Pick<LockManager, 'request'> | undefined;
    readonly quotaBytes: number;
    readonly lockWaitMs?: number;
  },
): FileStore {
  const open = () => caches.open(cacheName(shop));
  let sharing = locks;
  return {
    quotaBytes,
    async read(digest) {
      const response = await (await open()).match(keyOf(digest));
      return response && new Uint8Array(await response.arrayBuffer());
    },
    async write(digest, bytes) {
      try {
        await (await open()).put(keyOf(digest), new Response(bytes));
      } catch (error) {
        sharing = undefined; // other tabs would wait for a file that they cannot be given
        throw error;
      }
    },
    async digests() {
      const requests = await (await open()).keys();
      return requests.map(({ url }) => url.slice(url.lastIndexOf('/') + 1) as Digest);
    },
    async remove(digest) {
      await (await open()).delete(keyOf(digest));
    },
    async alone(name, step) {
      let hasBegun = false;
      try {
        if (sharing) {
          const wait = { signal: AbortSignal.timeout(lockWaitMs) };
          return await sharing.request(`${cacheName(shop)}-${name}`, wait, () => {
            hasBegun = true;
            return step();
          });
        }
      } catch (error) {
        if (hasBegun) throw error;
        sharing = undefined; // denied, or held by a tab that hangs and may hold more
      }
      return step();
    },
  };
}

/** Deletes all of a shop's files from Cache Storage. */
export async function deleteCachedFiles(caches: FileCaches, shop: ShopId): Promise<void> {
  await caches.delete(cacheName(shop));
}

function cacheName(shop: ShopId): string {
  return `vitrine-${shop}`;
}

/** Cache Storage wants an http(s) address; this one is never fetched (RFC 2606 keeps it unused). */
function keyOf(digest: Digest): string {
  return `https://vitrine.invalid/${digest}`;
}
