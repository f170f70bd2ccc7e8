import type { Stock } from '#protocol/catalog.ts';
import { InputError, quoteInput } from './input-error.ts';
import type { JsonObject } from './json-entries.ts';
import { parseOrderDate } from './order-date.ts';
import { PRICE_ADVICE, parsePriceCents } from './price.ts';

/** Of a day in 1973: what is less counts seconds. */
const LEAST_TIME_MS = 1e11;
/** At most this many units count as low stock. */
const LOW_STOCK_UNITS = 5;

/** Parts of an attribute that has several values, in the form of Magento exports. */
const VALUE_SEPARATOR = '|';

/**
 * One entry of a catalog file, read field by field.
 *
 * Every method throws an `InputError` naming file, entry and field where the field holds something
 * else than the method promises.
 */
export class CatalogEntry {
  readonly #where: string;
  readonly #fields: JsonObject;

  /** @param where File and entry, as they stand at the start of a message. */
  constructor(where: string, fields: JsonObject) {
    this.#where = where;
    this.#fields = fields;
  }

  /** Tells whether the field is there and not null. */
  has(field: string): boolean {
    return (this.#fields[field] ?? undefined) !== undefined;
  }

  /** Reads a text that must not be empty, trimmed. A number is taken as its digits. */
  text(field: string): string {
    const text = this.optionalText(field);
    if (text === '') this.refuse(field, 'a text that is not empty', 'fill it in');
    return text;
  }

  /** Reads a text, trimmed, or returns an empty one where the field is missing. */
  optionalText(field: string): string {
    const value = this.#fields[field] ?? '';
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') this.refuse(field, 'a text', 'correct the entry');
    return value.trim();
  }

  /** Reads a price in the currency's main unit, a number or a text, into cents. */
  price(field: string): number {
    const value = this.#fields[field];
    const cents =
      typeof value === 'number' || typeof value === 'string' ? parsePriceCents(String(value).trim()) : undefined;
    if (cents === undefined || cents < 0) this.refuse(field, 'a price such as 12.50', PRICE_ADVICE);
    return cents;
  }

  /** Reads a price that is in cents already. */
  cents(field: string): number {
    const value = this.#fields[field];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    return this.refuse(field, 'a whole number of cents', 'correct the entry');
  }

  /** Reads a time, a date or milliseconds since 1970; nothing where the field is missing or empty. */
  optionalTime(field: string): number | undefined {
    const value = this.#fields[field] ?? '';
    if (value === '') return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= LEAST_TIME_MS) return value;
    const date = typeof value === 'string' ? parseOrderDate(value.trim(), 'iso') : undefined;
    if (date?.kind === 'time') return date.atMs;
    return this.refuse(field, 'a date such as 2011-08-01, or milliseconds since 1970', 'correct the entry');
  }

  /** Reads a list of texts; one text alone is a list of one. */
  list(field: string): string[] {
    const value = this.#fields[field] ?? [];
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.map((part) => {
      if (typeof part === 'string') return part.trim();
      return this.refuse(field, 'a list of texts', 'correct the entry');
    });
  }

  /** Reads named values. Several values of one name are joined by `|`; empty ones are left out. */
  attributes(field: string): Record<string, string> {
    const value = this.#fields[field] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.refuse(field, 'an object of attributes', 'correct the entry');
    }
    const entries = Object.entries(value).map(([name, part]) => [name, this.#attributeText(field, part)] as const);
    return Object.fromEntries(entries.filter(([, text]) => text !== ''));
  }

  /** Reads stock, as units or as `in`, `low`, `out`. A missing field means in stock. */
  stock(field: string): Stock {
    const value = this.#fields[field] ?? 'in';
    if (value === 'in' || value === 'low' || value === 'out') return value;
    if (typeof value !== 'number') {
      this.refuse(field, 'a number of units, or in, low or out', 'correct the entry');
    }
    if (value <= 0) return 'out';
    return value <= LOW_STOCK_UNITS ? 'low' : 'in';
  }

  /** @throws {InputError} Always: the field does not hold what was expected. */
  refuse(field: string, expected: string, advice: string): never {
    const value = this.#fields[field];
    const came = value === undefined ? 'nothing' : quoteInput(value);
    throw new InputError(`${this.#where}, field ${field}: expected ${expected}, came ${came}; ${advice}`);
  }

  #attributeText(field: string, value: unknown): string {
    const parts: readonly unknown[] = Array.isArray(value) ? value : [value ?? ''];
    const texts = parts.map((part) => {
      if (typeof part === 'object')
        this.refuse(field, 'attributes that are texts or lists of texts', 'correct the entry');
      return String(part);
    });
    return texts
      .flatMap((text) => text.split('\n'))
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .join(VALUE_SEPARATOR);
  }
}
