import { type Bytes, concatBytes, utf8, utf8Text } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { encodeQuantizedRows, parseQuantizedRows, type QuantizedRows } from './quantized-rows.ts';

/** The shop's vocabulary with a vector in item space for each word. */
export interface Words extends QuantizedRows {
  /** Row by word; words are as {@link wordsOf} yields them. */
  readonly rowOf: ReadonlyMap<string, number>;
  readonly dim: number;
}

const HEADER_BYTES = 8;

/**
 * Parses the word table.
 *
 *     u32 numWords | u32 dim | f32[numWords] scales | i8[numWords * dim] values | UTF-8 words, "\n" between
 *
 * @throws {ProtocolError} `words-invalid` if length, scales or the number of words don't fit, or the
 *   words are not UTF-8.
 */
export function parseWords(bytes: ArrayBuffer, dim: number): Words {
  if (bytes.byteLength < HEADER_BYTES) {
    throw new ProtocolError('words-invalid', `expected at least ${HEADER_BYTES} bytes, got ${bytes.byteLength}`);
  }
  const [numWords, fileDim] = new Uint32Array(bytes, 0, 2) as unknown as [number, number];
  const textStart = HEADER_BYTES + numWords * (4 + fileDim);
  if (fileDim !== dim || bytes.byteLength < textStart) {
    throw new ProtocolError('words-invalid', `expected vectors of width ${dim} in at least ${textStart} bytes`);
  }
  const vectors = parseQuantizedRows(bytes, { offset: HEADER_BYTES, rows: numWords, dim, code: 'words-invalid' });
  const text = readText(new Uint8Array(bytes, textStart));
  const list = text === '' ? [] : text.split('\n');
  const rowOf = new Map(list.map((word, row) => [word, row]));
  if (rowOf.size !== numWords || list.length !== numWords) {
    throw new ProtocolError('words-invalid', `expected ${numWords} different words, got ${rowOf.size}`);
  }
  return { rowOf, dim, ...vectors };
}

function readText(bytes: Uint8Array): string {
  try {
    return utf8Text(bytes);
  } catch (cause) {
    throw new ProtocolError('words-invalid', 'expected the words in UTF-8', { cause });
  }
}

/** The bytes that {@link parseWords} reads. */
export function encodeWords({ rowOf, dim, scales, values }: Words): Bytes {
  const list = [...rowOf.keys()];
  return concatBytes(
    new Uint8Array(new Uint32Array([list.length, dim]).buffer),
    encodeQuantizedRows({ scales, values }),
    utf8(list.join('\n')),
  );
}

/**
 * The words of a text as trainer and device both see them: lower case, letters and digits of any script
 * with their marks, at least two characters, at most 32. An accent typed as its own character is joined
 * to its letter first (Unicode NFC, the default): it would make another word.
 *
 * A run of a script without spaces is one word; the trainer's table has its parts.
 */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize()
      .toLowerCase()
      .match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}]{1,31}/gu) ?? []
  );
}
