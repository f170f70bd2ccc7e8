import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputError } from './input-error.ts';
import { startProgress } from './progress.ts';
import { decodeText } from './text-decoding.ts';

/** Large enough that the loop around a chunk costs nothing, small enough to keep a progress bar moving. */
const CHUNK_BYTES = 256 * 1024;

/** Smaller files are read before a progress display could be read. */
const MIN_PROGRESS_BYTES = 1024 * 1024;

/**
 * Reads a text file in chunks, showing progress; a gzip file is recognized by its first bytes.
 *
 * @param encoding A label of the Encoding standard: `utf-8`, `latin1`, `utf-16le`.
 * @throws {InputError} If the file cannot be read, is a broken gzip or a spreadsheet, or is not
 *   in `encoding`.
 */
export async function* readTextFile(file: string, encoding: string): AsyncGenerator<string, void, undefined> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw asInputError(file, cause);
  });
  const progress = startProgress(`Reading ${basename(file)}`, size < MIN_PROGRESS_BYTES ? 0 : size);
  try {
    yield* decodeText(unpack(file, readBytes(file, progress.update)), { file, encoding });
  } catch (error) {
    throw asInputError(file, error);
  } finally {
    progress.stop();
  }
}

async function* readBytes(file: string, update: (doneBytes: number) => void): AsyncGenerator<Uint8Array> {
  let doneBytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    yield chunk;
    doneBytes += chunk.length;
    update(doneBytes);
  }
}

async function* unpack(file: string, packed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await packed.next();
  if (first.done) return;
  const whole = prepend(first.value, packed);
  if (startsWith(first.value, [0x50, 0x4b, 0x03, 0x04])) {
    throw new InputError(`expected text in ${file}, came a ZIP or Excel file; save it as CSV and import that`);
  }
  if (!startsWith(first.value, [0x1f, 0x8b])) {
    yield* whole;
    return;
  }
  // `pipeline` rather than `pipe`: a read error must reach the loop below, and leaving that loop must close the file.
  yield* pipeline(Readable.from(whole), createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
}

async function* prepend(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'it may not be read; change its permissions',
  EISDIR: 'it is a folder; name a file in it',
  ENOENT: 'there is none of that name; check the path',
  Z_BUF_ERROR: 'the gzip data stops before its end; download or pack it again',
  Z_DATA_ERROR: 'the gzip data is broken; download or pack it again',
};

function asInputError(file: string, error: unknown): unknown {
  const refusal = REFUSALS[(error as NodeJS.ErrnoException).code ?? ''];
  return refusal === undefined
    ? error
    : new InputError(`expected a readable file ${file}, but ${refusal}`, { cause: error });
}
