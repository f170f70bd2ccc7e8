import type { Bytes } from './bytes.ts';
import { type BundleItem, STOCKS } from './catalog.ts';
import { BLOCK_ROWS, COLUMNS, LITERAL } from './catalog-shard.ts';
import { templateOf } from './link-template.ts';
import { writeShared } from './shared-text.ts';
import { VarintWriter } from './varint.ts';

/**
 * The bytes that `CatalogShard` reads.
 *
 * @param items The shard's rows in order.
 */
export function encodeCatalogShard(items: readonly BundleItem[]): Bytes {
  const words = new Dictionary(items.flatMap(({ title }) => wordsOf(title)));
  const labels = new Dictionary(items.flatMap(labelsOf));
  const ids = items.map(({ id }) => id);
  const columns = {
    ids: sharedColumn(ids),
    titles: column(items, (out, { title }) => {
      const tokens = wordsOf(title);
      out.writeNumber(tokens.length);
      for (const word of tokens) words.writeToken(out, word);
    }),
    urls: sharedColumn(items.map((item) => templateOf(item.url, item))),
    images: sharedColumn(items.map((item) => templateOf(item.imageUrl, item))),
    prices: column(items, (out, { priceCents }) => out.writeNumber(priceCents)),
    labels: column(items, (out, { currency, categories, attributes }) => {
      labels.writeToken(out, currency);
      out.writeNumber(categories.length);
      for (const category of categories) labels.writeToken(out, category);
      const entries = Object.entries(attributes);
      out.writeNumber(entries.length);
      for (const label of entries.flat()) labels.writeToken(out, label);
    }),
  };
  const out = new VarintWriter();
  words.writeTo(out);
  labels.writeTo(out);
  for (const name of COLUMNS) out.writeNumber(columns[name].length);
  out.writeBytes(Uint8Array.from(items, ({ stock }) => STOCKS.indexOf(stock)));
  for (const name of COLUMNS) out.writeBytes(columns[name]);
  return out.bytes();
}

/** Texts that occur more than once, most frequent first, so that their tokens are short. */
class Dictionary {
  readonly #texts: readonly string[];
  readonly #tokens: ReadonlyMap<string, number>;

  constructor(occurrences: readonly string[]) {
    const counts = new Map<string, number>();
    for (const text of occurrences) counts.set(text, (counts.get(text) ?? 0) + 1);
    this.#texts = [...counts]
      .filter(([, count]) => count > 1)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .map(([text]) => text);
    this.#tokens = new Map(this.#texts.map((text, place) => [text, place + 1]));
  }

  writeTo(out: VarintWriter): void {
    out.writeNumber(this.#texts.length);
    for (const text of this.#texts) out.writeText(text);
  }

  writeToken(out: VarintWriter, text: string): void {
    const token = this.#tokens.get(text) ?? LITERAL;
    out.writeNumber(token);
    if (token === LITERAL) out.writeText(text);
  }
}

function wordsOf(title: string): string[] {
  return title.trim().split(' ');
}

function labelsOf({ currency, categories, attributes }: BundleItem): string[] {
  return [currency, ...categories, ...Object.entries(attributes).flat()];
}

function sharedColumn(texts: readonly string[]): Bytes {
  const first = texts[0] ?? '';
  return column(texts, (out, text, row) => {
    const before = row === 0 ? '' : row % BLOCK_ROWS === 0 ? first : (texts[row - 1] as string);
    writeShared(out, text, before);
  });
}

function column<T>(entries: readonly T[], write: (out: VarintWriter, entry: T, row: number) => void): Bytes {
  const out = new VarintWriter();
  entries.forEach((entry, row) => {
    write(out, entry, row);
  });
  return out.bytes();
}
