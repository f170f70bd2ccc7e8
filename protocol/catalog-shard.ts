import { isCard } from './card-limits.ts';
import { type BundleItem, STOCKS, type Stock } from './catalog.ts';
import { ProtocolError } from './errors.ts';
import { fillTemplate } from './link-template.ts';
import { readShared } from './shared-text.ts';
import { textOf, VarintReader } from './varint.ts';

/** Columns that are read from the start of a block of as many rows. */
export const BLOCK_ROWS = 8;

/** In file order. Each has one entry a row. */
export const COLUMNS = ['ids', 'titles', 'urls', 'images', 'prices', 'labels'] as const;
type Column = (typeof COLUMNS)[number];

/** A token that is not in the dictionary; its text follows. Others are one more than their place in it. */
export const LITERAL = 0;

/** Longest title in UTF-8 bytes, above what a card's may have. */
const TITLE_MAX_BYTES = 4096;

const CODE = 'catalog-invalid';

/**
 * Some rows of the bundle's catalog, read from their bytes as they are asked for. A number is a varint, a text
 * its length and its UTF-8 bytes.
 *
 *     words, number of labels, labels            dictionaries: a number, then as many texts
 *     length of each column in bytes             numbers
 *     stock                                      u8[rows], place in `STOCKS`
 *     ids, titles, urls, images, prices, labels  columns
 *
 * An entry is in
 *
 *     ids           a text by what it shares with the row's before (`writeShared`); in the first row of a
 *                   block of {@link BLOCK_ROWS} with the shard's first, in that one with the empty text
 *     urls, images  a link's template (`templateOf`), likewise
 *     titles        number of words, a token of the words each; one space between
 *     prices        a number, in cents
 *     labels        token of the currency | number of categories, a token each | number of attributes, two
 *                   tokens each: name and value; all of the labels
 */
export class CatalogShard {
  readonly rows: number;
  readonly #bytes: Uint8Array;
  readonly #stock: Uint8Array;
  /** Where each word's text starts in `#bytes`, its length first. */
  readonly #words: Uint32Array;
  readonly #labels: readonly string[];
  readonly #columns: Readonly<Record<Column, Uint8Array>>;
  /** Where blocks start in their columns; filled by {@link check}. */
  readonly #blocks: Readonly<Record<Column, Uint32Array>>;
  readonly #title = new Uint8Array(TITLE_MAX_BYTES);
  /** Of the shard's first row, links as templates; filled by {@link check}. */
  #first = NOTHING_BEFORE;

  /**
   * @param bytes Kept, and read later.
   * @throws {ProtocolError} `catalog-invalid` if dictionaries and columns are not as long as they say.
   */
  constructor(bytes: Uint8Array, rows: number) {
    const reader = new VarintReader(bytes, { code: CODE });
    this.rows = rows;
    this.#bytes = bytes;
    const words: number[] = [];
    for (let left = reader.readNumber(); left > 0; left--) {
      words.push(reader.at);
      reader.readBytes(reader.readNumber());
    }
    this.#words = Uint32Array.from(words);
    const labels: string[] = [];
    for (let left = reader.readNumber(); left > 0; left--) labels.push(reader.readText());
    this.#labels = labels;
    const lengths = COLUMNS.map(() => reader.readNumber());
    this.#stock = reader.readBytes(rows);
    this.#columns = byColumn((_, i) => reader.readBytes(lengths[i] as number));
    if (!reader.isAtEnd) throw new ProtocolError(CODE, `expected ${reader.at} bytes, got ${bytes.length}`);
    this.#blocks = byColumn(() => new Uint32Array(Math.ceil(rows / BLOCK_ROWS)));
  }

  /**
   * Reads every item once, so that none is found to be broken later. Before it ends, nothing else may be asked.
   *
   * @param found Told each item's id, rows in order.
   * @returns Does one block a step.
   * @throws {ProtocolError} `catalog-invalid` if an item is not as `BundleItemSchema` says, or bytes are left
   *   over.
   */
  *check(found: (row: number, id: BundleItem['id']) => void): Generator<void, void> {
    const readers = byColumn((column) => this.#readerAt(column, 0));
    const items = this.#items(readers, 0);
    for (let row = 0; row < this.rows; row++) {
      if (row % BLOCK_ROWS === 0) {
        if (row > 0) yield;
        for (const column of COLUMNS) this.#blocks[column][row / BLOCK_ROWS] = readers[column].at;
      }
      const item = items.next().value;
      if (!isCard(item) || !STOCKS.includes(item.stock)) {
        throw new ProtocolError(CODE, `expected row ${row} to be an item that a card can show`);
      }
      found(row, item.id);
    }
    if (COLUMNS.some((column) => !readers[column].isAtEnd)) {
      throw new ProtocolError(CODE, `expected ${this.rows} entries in each column, got more`);
    }
  }

  /** @param row Counted from the shard's first, here and below. */
  itemAt(row: number): BundleItem {
    const block = Math.floor(row / BLOCK_ROWS);
    const readers = byColumn((column) => this.#readerAt(column, this.#blocks[column][block]));
    const items = this.#items(readers, block * BLOCK_ROWS);
    for (let left = row % BLOCK_ROWS; left > 0; left--) items.next();
    return items.next().value;
  }

  stockOf(row: number): Stock {
    return STOCKS[this.#stock[row] as number] as Stock;
  }

  /** Visits the rows of a category and of all below it. */
  forEachInCategory(path: string, visit: (row: number) => void): void {
    const reader = this.#readerAt('labels', 0);
    for (let row = 0; row < this.rows; row++) {
      const { categories } = this.#readLabels(reader);
      if (categories.some((category) => category === path || category.startsWith(`${path}/`))) visit(row);
    }
  }

  /** Items one after another. @param readers At the start of the block of `firstRow`, its first row. */
  *#items(readers: Readonly<Record<Column, VarintReader>>, firstRow: number): Generator<BundleItem, never> {
    let { id, url, image } = firstRow === 0 ? NOTHING_BEFORE : this.#first;
    for (let row = firstRow; ; row++) {
      if (row > firstRow && row % BLOCK_ROWS === 0) ({ id, url, image } = this.#first);
      id = readShared(readers.ids, id);
      url = readShared(readers.urls, url);
      image = readShared(readers.images, image);
      if (row === 0) this.#first = { id, url, image };
      const title = this.#readTitle(readers.titles);
      yield {
        id: id as BundleItem['id'],
        title,
        url: fillTemplate(url, { id, title }),
        imageUrl: fillTemplate(image, { id, title }),
        priceCents: readers.prices.readNumber(),
        ...this.#readLabels(readers.labels),
        stock: this.stockOf(row),
      };
    }
  }

  #readerAt(column: Column, at: number | undefined): VarintReader {
    return new VarintReader(this.#columns[column], { at, code: CODE });
  }

  #readTitle(reader: VarintReader): string {
    const out = this.#title;
    let length = 0;
    const add = (bytes: Uint8Array): void => {
      if (length + bytes.length >= out.length) {
        throw new ProtocolError(CODE, `expected a title below ${TITLE_MAX_BYTES} bytes, got a longer one`);
      }
      out.set(bytes, length);
      length += bytes.length;
      out[length++] = 0x20;
    };
    for (let left = reader.readNumber(); left > 0; left--) {
      const token = reader.readNumber();
      add(token === LITERAL ? reader.readBytes(reader.readNumber()) : this.#wordAt(token - 1));
    }
    return textOf(out.subarray(0, Math.max(0, length - 1)), CODE).trim();
  }

  #wordAt(place: number): Uint8Array {
    const at = this.#words[place];
    if (at === undefined) throw new ProtocolError(CODE, `expected one of ${this.#words.length} words, got ${place}`);
    const reader = new VarintReader(this.#bytes, { at, code: CODE });
    return reader.readBytes(reader.readNumber());
  }

  #readLabels(reader: VarintReader): Pick<BundleItem, 'currency' | 'categories' | 'attributes'> {
    const currency = this.#readLabel(reader);
    const categories: string[] = [];
    for (let left = reader.readNumber(); left > 0; left--) categories.push(this.#readLabel(reader));
    const attributes: [string, string][] = [];
    for (let left = reader.readNumber(); left > 0; left--) {
      attributes.push([this.#readLabel(reader), this.#readLabel(reader)]);
    }
    return { currency, categories, attributes: Object.fromEntries(attributes) };
  }

  #readLabel(reader: VarintReader): string {
    const token = reader.readNumber();
    if (token === LITERAL) return reader.readText();
    const label = this.#labels[token - 1];
    if (label === undefined)
      throw new ProtocolError(CODE, `expected one of ${this.#labels.length} labels, got ${token - 1}`);
    return label;
  }
}

/** What the first row of a shard has nothing in common with. */
const NOTHING_BEFORE = { id: '', url: '', image: '' };

function byColumn<T>(make: (column: Column, i: number) => T): Record<Column, T> {
  return Object.fromEntries(COLUMNS.map((column, i) => [column, make(column, i)])) as Record<Column, T>;
}
