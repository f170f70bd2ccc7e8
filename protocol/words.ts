import { type Bytes, concatBytes, utf8, utf8Text } from './bytes.ts';
import { ProtocolError } from './errors.ts';

/** The shop's vocabulary with a vector in item space for each word. */
export interface Words {
  /** Row by word; words are as {@link wordsOf} yields them. */
  readonly rowOf: ReadonlyMap<string, number>;
  readonly dim: number;
  /** `[numWords]`. */
  readonly scales: Float32Array;
  /** `[numWords, dim]`. */
  readonly values: Int8Array;
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
  const scales = new Float32Array(bytes, HEADER_BYTES, numWords);
  if (!scales.every((scale) => scale >= 0 && Number.isFinite(scale))) {
    throw new ProtocolError('words-invalid', 'expected every scale to be finite and at least 0');
  }
  const text = readText(new Uint8Array(bytes, textStart));
  const list = text === '' ? [] : text.split('\n');
  const rowOf = new Map(list.map((word, row) => [word, row]));
  if (rowOf.size !== numWords || list.length !== numWords) {
    throw new ProtocolError('words-invalid', `expected ${numWords} different words, got ${rowOf.size}`);
  }
  return { rowOf, dim, scales, values: new Int8Array(bytes, HEADER_BYTES + 4 * numWords, numWords * dim) };
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
    new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    utf8(list.join('\n')),
  );
}

/**
 * The words of a text as trainer and device both see them: lower case, letters and digits of any
 * script, at least two characters, at most 32. An accent typed as its own character is joined to its
 * letter first (Unicode NFC): it would split the word.
 */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]{2,32}/gu) ?? []
  );
}
