import type { Bytes } from './bytes.ts';
import { readAtMost } from './read-at-most.ts';

/** Gzips `bytes` (RFC 1952). */
export async function gzip(bytes: Uint8Array): Promise<Bytes> {
  return pipe(bytes, new CompressionStream('gzip'));
}

/**
 * Undoes {@link gzip}.
 *
 * @param maxBytes Refuses to grow past this, so that a small hostile file cannot fill the memory.
 * @throws {RangeError} If the content is longer than `maxBytes`.
 * @throws {TypeError} If `bytes` is not gzip.
 */
export async function gunzip(bytes: Uint8Array, maxBytes: number): Promise<Bytes> {
  return pipe(bytes, new DecompressionStream('gzip'), maxBytes);
}

async function pipe(
  bytes: Uint8Array,
  transform: CompressionStream | DecompressionStream,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<Bytes> {
  // Not by way of a Blob, which lies with another process of the browser.
  const writer = transform.writable.getWriter();
  const written = [writer.write(bytes as Bytes), writer.close()];
  for (const step of written) step.catch(() => {}); // the reader hears of it
  return readAtMost(transform.readable, maxBytes);
}
