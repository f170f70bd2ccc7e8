import { textOf } from './bytes.ts';
import { isCard, STOCKS } from './card-limits.ts';
import type { BundleItem, Stock } from './catalog.ts';
import { ProtocolError } from './errors.ts';
import { fillTemplate } from './link-template.ts';

/** Between an item's fields. */
export const FIELD_BREAK = '\t';
/** Within a field: between currency and categories, and between an attribute's name and its value. */
export const LABEL_BREAK = '\v';
/** Between phrases. */
export const PHRASE_BREAK = '\r';
const LINE_BREAK_BYTE = 0x0a;

/** Characters that no text of a shop has: each stands for a phrase, the first for the first one. */
export const FIRST_PHRASE = 0xe000;
export const MAX_PHRASES = 6400;
const PHRASES = /[\uE000-\uF8FF]/g;
/** Of an item's line with its phrases filled in: a few bytes cannot fill the memory. */
export const MAX_LINE_LENGTH = 1 << 18;

const CODE = 'catalog-invalid';
const ROWS_PER_STEP = 8;

/**
 * Some rows of the bundle's catalog, kept as bytes; an item is decoded when it is asked for.
 *
 *     u8[rows] stock, a place in `STOCKS` | phrases | items
 *
 * What follows the stock is UTF-8 text in lines that each end with a line feed: one of the phrases, one of each
 * item. A phrase is what several items say alike; in their lines one character stands for it
 * ({@link FIRST_PHRASE}). With the phrases filled in, an item's line is
 *
 *     id, title, url, image, price, labels, attribute, attribute…
 *
 * where links are templates (`templateOf`), the price is in cents, labels are the currency and the categories, and
 * an attribute is its name and its value.
 */
export class CatalogShard {
  readonly #bytes: Uint8Array;
  readonly #numRows: number;
  /** Where each item's line starts, of those that were checked. */
  readonly #starts: number[] = [];
  #phrases: readonly string[] = [];

  /** @param bytes Kept, and read later. @param numRows How many the manifest says they are. */
  constructor(bytes: Uint8Array, numRows: number) {
    this.#bytes = bytes;
    this.#numRows = numRows;
  }

  /** How many rows were checked: those may be asked for. */
  get rows(): number {
    return this.#starts.length;
  }

  /**
   * Reads every item once, so that none is found to be broken later.
   *
   * @param found Told each item, rows in order, counted from the shard's first, here and below.
   * @returns Does some items a step.
   * @throws {ProtocolError} `catalog-invalid` if an item is not as `BundleItemSchema` says, or bytes are left over.
   */
  *check(found: (item: BundleItem, row: number) => void): Generator<void, void> {
    this.#phrases = this.#lineAt(this.#numRows).split(PHRASE_BREAK);
    let start = this.#endOf(this.#numRows);
    for (let row = 0; row < this.#numRows; row++) {
      if (row % ROWS_PER_STEP === 0) yield;
      this.#starts.push(start);
      const item = this.itemAt(row);
      if (!isCard(item) || !item.stock) throw new ProtocolError(CODE, `expected row ${row} to be an item of a card`);
      found(item, row);
      start = this.#endOf(start);
    }
    if (start !== this.#bytes.length) throw new ProtocolError(CODE, `expected ${this.#numRows} lines of items`);
  }

  itemAt(row: number): BundleItem {
    const line = this.#fillLine(this.#lineAt(this.#starts[row] as number));
    const [id = '', title = '', url = '', image = '', price, labels = '', ...attributes] = line.split(FIELD_BREAK);
    const [currency = '', ...categories] = labels.split(LABEL_BREAK);
    return {
      id: id as BundleItem['id'],
      title,
      url: fillTemplate(url, { id, title }),
      imageUrl: fillTemplate(image, { id, title }),
      priceCents: Number(price),
      currency,
      categories,
      /** Decoded when they are read: no card shows them. */
      get attributes() {
        return Object.fromEntries(
          attributes.map((attribute) => {
            const [name = '', value = ''] = attribute.split(LABEL_BREAK);
            return [name, value];
          }),
        );
      },
      stock: this.stockOf(row),
    };
  }

  stockOf(row: number): Stock {
    return STOCKS[this.#bytes[row] as number] as Stock;
  }

  #fillLine(line: string): string {
    let left = MAX_LINE_LENGTH - line.length;
    const filled = line.replace(PHRASES, (character) => {
      const phrase = this.#phrases[character.charCodeAt(0) - FIRST_PHRASE] ?? '';
      left -= phrase.length;
      return left < 0 ? '' : phrase;
    });
    if (left < 0) throw new ProtocolError(CODE, `expected an item of at most ${MAX_LINE_LENGTH} characters`);
    return filled;
  }

  /** The line that starts at a byte. */
  #lineAt(start: number): string {
    return textOf(this.#bytes.subarray(start, this.#endOf(start) - 1), CODE);
  }

  /** Where the line after that starts. Of a line without an end 0: the stock there is no item. */
  #endOf(start: number): number {
    return this.#bytes.indexOf(LINE_BREAK_BYTE, start) + 1;
  }
}
