import type { CatalogItem } from '#protocol/catalog.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Basket } from '#trainer/dataset.ts';
import { readTextFile } from '#trainer/text-file.ts';

/**
 * Files of lines hold no times. Events of a line are told a minute apart, so that they are one visit; a
 * line, where lines come in time order, begins an hour after the one before.
 */
const EVENT_MS = 60_000;
const LINE_MS = 60 * EVENT_MS;

/** Lines of a text file, gzipped or not, without line ends; an empty last line is none. */
export async function readLines(file: string): Promise<string[]> {
  let text = '';
  for await (const chunk of readTextFile(file, 'utf-8')) text += chunk;
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Item ids of a line. An id is any text without white space; its number means nothing. */
export function idsOf(line: string): string[] {
  return line.split(/\s+/).filter((id) => id !== '');
}

/** Gives ids rows in the order in which they first occur. */
export class ItemRows {
  readonly #rows = new Map<string, number>();

  rowOf(id: string): number {
    const row = this.#rows.get(id) ?? this.#rows.size;
    this.#rows.set(id, row);
    return row;
  }

  find(id: string): number | undefined {
    return this.#rows.get(id);
  }

  /** Items of which nothing is known but that they exist. */
  items(): CatalogItem[] {
    return Array.from(this.#rows.keys(), (id) => ({
      id: id as ItemId,
      title: '',
      url: '/',
      imageUrl: '/',
      priceCents: 0,
      currency: 'XXX',
      categories: [],
      attributes: {},
      stock: 'in',
      description: '',
    }));
  }
}

/** When a line begins. */
export function timeOfLine(line: number): number {
  return line * LINE_MS;
}

/** A line's events as baskets of one item each. */
export function basketsOfLine(customer: string, rows: readonly number[], line: number): Basket[] {
  return rows.map((row, i) => ({ customer, orderId: customer, atMs: timeOfLine(line) + i * EVENT_MS, rows: [row] }));
}

/** A line's events as a device would have them. */
export function eventsOfLine(ids: readonly string[], line: number): ShopEvent[] {
  return ids.map((id, i) => ({ kind: 'view', itemId: id as ItemId, atMs: timeOfLine(line) + i * EVENT_MS }));
}
