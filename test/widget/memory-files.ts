import type { Bytes } from '#protocol/bytes.ts';
import type { Digest } from '#protocol/ids.ts';
import type { FileStore } from '#widget/file-store.ts';

/** A device's file storage that a test can look into, damage or fill. */
export function createMemoryFiles(): FileStore {
  const files = new Map<Digest, Bytes>();
  return {
    quotaBytes: Number.POSITIVE_INFINITY,
    read: async (digest) => files.get(digest),
    write: async (digest, bytes) => void files.set(digest, bytes),
    digests: async () => [...files.keys()],
    remove: async (digest) => void files.delete(digest),
    alone: (_name, step) => step(),
  };
}
