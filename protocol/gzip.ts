import type { Bytes } from './bytes.ts';

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
  const reader = new Blob([bytes as Bytes]).stream().pipeThrough(transform).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new RangeError(`expected at most ${maxBytes} bytes after gunzip, got more`);
    }
    parts.push(value);
  }
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
