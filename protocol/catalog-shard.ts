import type { Stock } from './catalog.ts';
import { type BundleItem, BundleItemSchema, STOCKS } from './catalog.ts';
import { ProtocolError } from './errors.ts';
import { fillTemplate } from './link-template.ts';
import { parseWith } from './parse.ts';
import { readShared } from './shared-text.ts';
import { textOf, VarintReader } from './varint.ts';

/** Columns that are read from the start of a block of as many rows. */
export const BLOCK_ROWS = 16;

/** In file order. Each has one entry a row. */
export const COLUMNS = ['ids', 'titles', 'urls', 'images', 'prices', 'labels'] as const;
type Column = (typeof COLUMNS)[number];
type TextColumn = 'ids' | 'urls' | 'images';

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
  /** The shard's first of each. */
  readonly #first: Readonly<Record<TextColumn, string>>;

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
    const first = (column: TextColumn) => (rows > 0 ? readShared(this.#readerOf(column), '') : '');
    this.#first = { ids: first('ids'), urls: first('urls'), images: first('images') };
  }

  /**
   * Reads every item once, so that none is found to be broken later. Before it ends, nothing else may be asked.
   *
   * @param found Told each item's id, rows in order.
   * @returns Does one block a step.
   * @throws {ProtocolError} `catalog-invalid` if an item is not as {@link BundleItemSchema} says, or bytes are
   *   left over.
   */
  *check(found: (row: number, id: BundleItem['id']) => void): Generator<void, void> {
    const readers = byColumn((column) => this.#readerOf(column));
    let before = { ids: '', urls: '', images: '' };
    for (let row = 0; row < this.rows; row++) {
      if (row % BLOCK_ROWS === 0) {
        if (row > 0) before = this.#first;
        for (const column of COLUMNS) this.#blocks[column][row / BLOCK_ROWS] = readers[column].at;
      }
      before = {
        ids: readShared(readers.ids, before.ids),
        urls: readShared(readers.urls, before.urls),
        images: readShared(readers.images, before.images),
      };
      const item = this.#item(row, {
        ...before,
        title: this.#readTitle(readers.titles),
        priceCents: readers.prices.readNumber(),
        labels: this.#readLabels(readers.labels),
      });
      found(row, parseWith(BundleItemSchema, item, CODE).id);
      if (row % BLOCK_ROWS === BLOCK_ROWS - 1) yield;
    }
    for (const column of COLUMNS) {
      if (!readers[column].isAtEnd)
        throw new ProtocolError(CODE, `expected ${this.rows} entries in ${column}, got more`);
    }
  }

  /** @param row Counted from the shard's first, here and below. */
  itemAt(row: number): BundleItem {
    return this.#item(row, {
      ids: this.#sharedAt('ids', row),
      urls: this.#sharedAt('urls', row),
      images: this.#sharedAt('images', row),
      title: this.titleOf(row),
      priceCents: this.#readerAt('prices', row, (reader) => reader.readNumber()).readNumber(),
      labels: this.#readLabels(this.#readerAt('labels', row, (reader) => this.#readLabels(reader))),
    });
  }

  idAt(row: number): BundleItem['id'] {
    return this.#sharedAt('ids', row) as BundleItem['id'];
  }

  titleOf(row: number): string {
    return this.#readTitle(this.#readerAt('titles', row, skipTitle));
  }

  stockOf(row: number): Stock {
    return STOCKS[this.#stock[row] as number] as Stock;
  }

  /** Visits the rows of a category and of all below it. */
  forEachInCategory(path: string, visit: (row: number) => void): void {
    const reader = this.#readerOf('labels');
    for (let row = 0; row < this.rows; row++) {
      const { categories } = this.#readLabels(reader);
      if (categories.some((category) => category === path || category.startsWith(`${path}/`))) visit(row);
    }
  }

  #item(row: number, { ids: id, urls, images, title, priceCents, labels }: ItemParts): BundleItem {
    return {
      id: id as BundleItem['id'],
      title,
      url: fillTemplate(urls, { id, title }),
      imageUrl: fillTemplate(images, { id, title }),
      priceCents,
      ...labels,
      stock: this.stockOf(row),
    };
  }

  #readerOf(column: Column, at = 0): VarintReader {
    return new VarintReader(this.#columns[column], { at, code: CODE });
  }

  /** Reads on from the block's start by `skip` until the row's own entry is next. */
  #readerAt(column: Column, row: number, skip: (reader: VarintReader) => void): VarintReader {
    const reader = this.#readerOf(column, this.#blocks[column][Math.floor(row / BLOCK_ROWS)]);
    for (let left = row % BLOCK_ROWS; left > 0; left--) skip(reader);
    return reader;
  }

  #sharedAt(column: TextColumn, row: number): string {
    const inBlock = row % BLOCK_ROWS;
    const reader = this.#readerOf(column, this.#blocks[column][(row - inBlock) / BLOCK_ROWS]);
    let text = row === inBlock ? '' : this.#first[column];
    for (let left = inBlock; left >= 0; left--) text = readShared(reader, text);
    return text;
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

/** What an item is put together from; links still with what they repeat of it taken out. */
interface ItemParts extends Readonly<Record<TextColumn, string>> {
  readonly title: string;
  readonly priceCents: number;
  readonly labels: Pick<BundleItem, 'currency' | 'categories' | 'attributes'>;
}

function skipTitle(reader: VarintReader): void {
  for (let left = reader.readNumber(); left > 0; left--) {
    if (reader.readNumber() === LITERAL) reader.readBytes(reader.readNumber());
  }
}

function byColumn<T>(make: (column: Column, i: number) => T): Record<Column, T> {
  return Object.fromEntries(COLUMNS.map((column, i) => [column, make(column, i)])) as Record<Column, T>;
}
