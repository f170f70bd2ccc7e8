import { type Bytes, concatBytes } from './bytes.ts';

/**
 * Reads a stream to its end.
 *
 * @param maxBytes Refuses to grow past this, so that a hostile stream cannot fill the memory.
 * @throws {RangeError} If there are more; the stream is canceled then.
 */
export async function readAtMost(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Bytes> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatBytes(...parts);
    length += value.length;
    if (length > maxBytes) {
      await reader.cancel();
      throw new RangeError(`expected at most ${maxBytes} bytes, got more`);
    }
    parts.push(value);
  }
}
