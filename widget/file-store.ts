import type { Bytes } from '#protocol/bytes.ts';
import type { Digest, ShopId } from '#protocol/ids.ts';

/** Where a model's files stay between pages, each under its digest. What comes back is not to be trusted. */
export interface FileStore {
  read(digest: Digest): Promise<Bytes | undefined>;
  /** Rejects where storage is denied or full. */
  write(digest: Digest, bytes: Bytes): Promise<void>;
  digests(): Promise<Digest[]>;
  remove(digest: Digest): Promise<void>;
}

/** The part of `CacheStorage` that is used, so that tests can fill or forbid it. */
export type FileCaches = Pick<CacheStorage, 'open' | 'delete'>;

/** Files that last as long as the page. */
export function createMemoryFiles(): FileStore {
  const files = new Map<Digest, Bytes>();
  return {
    read: async (digest) => files.get(digest),
    write: async (digest, bytes) => void files.set(digest, bytes),
    digests: async () => [...files.keys()],
    remove: async (digest) => void files.delete(digest),
  };
}

/** Files in the browser's Cache Storage, under a name of the shop's own. */
export function createCachedFiles(caches: FileCaches, shop: ShopId): FileStore {
  const open = () => caches.open(cacheName(shop));
  return {
    async read(digest) {
      const response = await (await open()).match(keyOf(digest));
      return response && new Uint8Array(await response.arrayBuffer());
    },
    async write(digest, bytes) {
      await (await open()).put(keyOf(digest), new Response(bytes));
    },
    async digests() {
      const requests = await (await open()).keys();
      return requests.map(({ url }) => url.slice(url.lastIndexOf('/') + 1) as Digest);
    },
    async remove(digest) {
      await (await open()).delete(keyOf(digest));
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
