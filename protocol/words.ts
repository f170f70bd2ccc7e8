import type { Bytes } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { encodeQuantizedRows, parseQuantizedRows, type QuantizedRows } from './quantized-rows.ts';
import { VarintReader, VarintWriter } from './varint.ts';

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

const HEADER_BYTES = 8;
const CODE = 'words-invalid';

/**
 * Parses the word table.
 *
 *     u32 numWords | u32 dim | f32[numWords] scales | i8[numWords * dim] values
 *     words | rare words         texts with "\n" between, each text after its length
 *     their items                of each rare word: a number, the first row, steps to the next ones
 *
 * Numbers behind the values are varints, texts UTF-8.
 *
 * @param expected What the manifest says.
 * @throws {ProtocolError} `words-invalid` if length, scales or the number of words don't fit, a word is twice
 *   there, a rare word has more than {@link RARE_WORD_ITEMS} items or one that does not exist, or the words are
 *   not UTF-8.
 */
export function parseWords(
  bytes: ArrayBuffer,
  { dim, numItems }: { readonly dim: number; readonly numItems: number },
): Words {
  if (bytes.byteLength < HEADER_BYTES) {
    throw new ProtocolError(CODE, `expected at least ${HEADER_BYTES} bytes, got ${bytes.byteLength}`);
  }
  const [numWords, fileDim] = new Uint32Array(bytes, 0, 2) as unknown as [number, number];
  const textStart = HEADER_BYTES + numWords * (4 + fileDim);
  if (fileDim !== dim || bytes.byteLength < textStart) {
    throw new ProtocolError(CODE, `expected vectors of width ${dim} in at least ${textStart} bytes`);
  }
  const vectors = parseQuantizedRows(bytes, { offset: HEADER_BYTES, rows: numWords, dim, code: CODE });
  const reader = new VarintReader(new Uint8Array(bytes), { at: textStart, code: CODE });
  const list = splitWords(reader.readText());
  const rare = splitWords(reader.readText());
  const rowOf = new Map(list.map((word, row) => [word, row]));
  const itemsOf = new Map(rare.map((word) => [word, readItems(reader, numItems)]));
  if (new Set([...list, ...rare]).size !== numWords + rare.length || list.length !== numWords) {
    throw new ProtocolError(CODE, `expected ${numWords} different words and others that are rare, got ${list.length}`);
  }
  if (!reader.isAtEnd) throw new ProtocolError(CODE, `expected ${reader.at} bytes, got ${bytes.byteLength}`);
  return { rowOf, dim, itemsOf, ...vectors };
}

function splitWords(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

function readItems(reader: VarintReader, numItems: number): number[] {
  const count = reader.readNumber();
  if (count > RARE_WORD_ITEMS) throw new ProtocolError(CODE, `expected at most ${RARE_WORD_ITEMS} items, got ${count}`);
  let row = 0;
  return Array.from({ length: count }, () => {
    row += reader.readNumber();
    if (row >= numItems) throw new ProtocolError(CODE, `expected rows below ${numItems}, got ${row}`);
    return row;
  });
}

/** The bytes that {@link parseWords} reads. */
export function encodeWords({ rowOf, dim, itemsOf, scales, values }: Words): Bytes {
  const list = [...rowOf.keys()];
  const out = new VarintWriter();
  out.writeBytes(new Uint8Array(new Uint32Array([list.length, dim]).buffer));
  out.writeBytes(encodeQuantizedRows({ scales, values }));
  out.writeText(list.join('\n'));
  out.writeText([...itemsOf.keys()].join('\n'));
  for (const rows of itemsOf.values()) {
    out.writeNumber(rows.length);
    rows.forEach((row, i) => {
      out.writeNumber(row - (rows[i - 1] ?? 0));
    });
  }
  return out.bytes();
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
