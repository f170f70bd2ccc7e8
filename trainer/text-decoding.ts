import { isUtf8 } from 'node:buffer';
import { InputError, quoteInput } from './input-error.ts';

/** A UTF-8 character has at most 4 bytes, so at most 3 of them wait for the next chunk. */
const MAX_WAITING_BYTES = 3;

/** Where the text comes from, for messages, and how it is encoded. */
export interface TextSource {
  readonly file: string;
  /** A label of the Encoding standard: `utf-8`, `latin1`, `utf-16le`. */
  readonly encoding: string;
}

/**
 * Decodes bytes strictly: no replacement characters. A byte order mark is skipped.
 *
 * @throws {InputError} If `encoding` is unknown, or at the first bytes that are not in it, naming
 *   their line and byte offset, both of the unpacked text.
 */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>, source: TextSource): AsyncGenerator<string> {
  const decoder = makeDecoder(source.encoding);
  let bytesBefore = 0;
  let linesBefore = 0;
  let waiting: Uint8Array = new Uint8Array();
  const decode = (chunk: Uint8Array, options: { stream: boolean }): string => {
    try {
      return decoder.decode(chunk, options);
    } catch (cause) {
      const window = Buffer.concat([waiting, chunk]);
      const badAt = decoder.encoding === 'utf-8' ? firstBadByte(window) : 0;
      const line = linesBefore + countLineFeeds(window.toString('latin1', 0, badAt)) + 1;
      const byteOffset = bytesBefore - waiting.length + badAt;
      throw new InputError(describeBadBytes(source, decoder.encoding, line, byteOffset), { cause });
    }
  };
  for await (const chunk of chunks) {
    const text = decode(chunk, { stream: true });
    yield text;
    linesBefore += countLineFeeds(text);
    bytesBefore += chunk.length;
    waiting = unfinishedCharacter(chunk.length < MAX_WAITING_BYTES ? Buffer.concat([waiting, chunk]) : chunk);
  }
  yield decode(new Uint8Array(), { stream: false });
}

function makeDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (cause) {
    throw new InputError(
      `expected --encoding to be a name such as utf-8, latin1 or utf-16le, came ${quoteInput(encoding)}`,
      { cause },
    );
  }
}

function describeBadBytes({ file, encoding }: TextSource, known: string, line: number, byteOffset: number): string {
  const advice =
    known === 'utf-8' ? 'pass its encoding, --encoding latin1 or --encoding utf-16le' : 'pass another --encoding';
  return `expected ${encoding} text in ${file}, came other bytes at line ${line}, byte offset ${byteOffset}; ${advice}, or save the file as UTF-8`;
}

/** Returns the bytes at the end that begin a character and do not complete it. */
function unfinishedCharacter(bytes: Uint8Array): Uint8Array {
  let tail = bytes.slice(-MAX_WAITING_BYTES);
  while (((tail[0] ?? 0) & 0xc0) === 0x80) tail = tail.slice(1); // 10xxxxxx continues a character begun before
  let end = tail.length;
  while (!isUtf8(tail.subarray(0, end))) end--;
  return tail.slice(end);
}

/** Returns the index of the first byte of the first wrong or unfinished character. */
function firstBadByte(bytes: Uint8Array): number {
  let accepted = 0;
  let rejected = bytes.length + 1;
  while (rejected - accepted > 1) {
    const middle = (accepted + rejected) >> 1;
    if (couldContinue(bytes.subarray(0, middle))) accepted = middle;
    else rejected = middle;
  }
  // A decoder notices an unfinished character only at the byte after it: step back to where it began.
  let start = accepted;
  while (!isUtf8(bytes.subarray(0, start))) start--;
  return start;
}

function couldContinue(prefix: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(prefix, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function countLineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
