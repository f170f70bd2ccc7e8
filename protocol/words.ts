import { type Bytes, concatBytes, textOf, u32, utf8 } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { encodeQuantizedRows, parseQuantizedRows, type QuantizedRows } from './quantized-rows.ts';

/** A word that at most so many items have means what those items are, and ships without a vector. */
export const RARE_WORD_ITEMS = 4;

/** The shop's vocabulary; words are as {@link wordsOf} yields them. */
export interface Words extends QuantizedRows {
  /** Row by word, of words that have a vector in item space. */
  readonly rowOf: ReadonlyMap<string, number>;
  readonly dim: number;
  /** Rows of the items that have it, rising, by rare word. */
  readonly itemsOf: ReadonlyMap<string, readonly number[]>;
}

const HEADER_BYTES = 4;
const CODE = 'words-invalid';

/**
 * Parses the word table.
 *
 *     u32 numWords | f32[numWords] scales | i8[numWords * D] values | text
 *
 * The text is UTF-8 in lines that each end with a line feed: a word in each, then a rare word in each, with the rows
 * of its items after it, a space before each.
 *
 * @param dim D. @param numItems N.
 * @throws {ProtocolError} `words-invalid` if length, scales or the number of words don't fit, a word with a vector is
 *   twice there, a rare word has an item that does not exist, or the text is not UTF-8.
 */
export function parseWords(
  bytes: ArrayBuffer,
  { dim, numItems }: { readonly dim: number; readonly numItems: number },
): Words {
  const [numWords = 0] = new Uint32Array(bytes, 0, Math.min(1, bytes.byteLength >> 2)); // none if cut before
  const textStart = HEADER_BYTES + numWords * (4 + dim);
  if (textStart > bytes.byteLength) {
    throw new ProtocolError(CODE, `expected at least ${textStart} bytes, got ${bytes.byteLength}`);
  }
  const vectors = parseQuantizedRows(bytes, { offset: HEADER_BYTES, rows: numWords, dim, code: CODE });
  const lines = textOf(new Uint8Array(bytes, textStart), CODE).split('\n');
  if (lines.pop() !== '') throw new ProtocolError(CODE, 'expected a line feed at the end');
  const rowOf = new Map(lines.slice(0, numWords).map((word, row) => [word, row]));
  const itemsOf = new Map(
    lines.slice(numWords).map((line) => {
      const [word = '', ...items] = line.split(' ');
      return [word, items.map(Number)];
    }),
  );
  const isWrong = (row: number): boolean => row >>> 0 !== row || row >= numItems;
  if (rowOf.size !== numWords || [...itemsOf.values()].flat().some(isWrong)) {
    throw new ProtocolError(CODE, `expected ${numWords} different words, and items below ${numItems}`);
  }
  return { rowOf, dim, itemsOf, ...vectors };
}

/** The bytes that {@link parseWords} reads. */
export function encodeWords({ rowOf, itemsOf, scales, values }: Words): Bytes {
  const lines = [...rowOf.keys(), ...[...itemsOf].map(([word, items]) => [word, ...items].join(' '))];
  const text = lines.map((line) => `${line}\n`).join('');
  return concatBytes(u32(rowOf.size), encodeQuantizedRows({ scales, values }), utf8(text));
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
