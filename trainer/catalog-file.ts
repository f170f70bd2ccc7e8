import * as v from 'valibot';
import { type CatalogItem, CatalogItemSchema } from '#protocol/catalog.ts';
import { CATALOG_DIALECTS, type CatalogDialect } from './catalog-dialect.ts';
import { CatalogEntry } from './catalog-entry.ts';
import { InputError, quoteInput } from './input-error.ts';
import { type JsonObject, parseJsonEntries } from './json-entries.ts';
import { readTextFile } from './text-file.ts';

/** Where `--currency` says nothing. */
const DEFAULT_CURRENCY = 'EUR';

/** A catalog file and how to read it. */
export interface CatalogSource {
  readonly file: string;
  readonly encoding: string;
  /** ISO 4217, of items that name none. */
  readonly currency?: string;
}

/** A catalog file's items, in the order of the file. */
export interface CatalogFile {
  readonly items: readonly CatalogItem[];
  readonly dialect: CatalogDialect['name'];
}

/**
 * Reads a catalog: a JSON array or JSON lines, in any of {@link CATALOG_DIALECTS}.
 *
 * Guarantees: at least one item; ids are distinct.
 *
 * @throws {InputError} At the first thing that is wrong; names file, entry (counted from 1) and
 *   field.
 */
export async function readCatalogFile(source: CatalogSource): Promise<CatalogFile> {
  const { file, encoding, currency = DEFAULT_CURRENCY } = source;
  const chunks = await Array.fromAsync(readTextFile(file, encoding));
  const entries = parseJsonEntries(file, chunks.join(''));
  const [first] = entries;
  if (first === undefined) throw new InputError(`expected products in ${file}, came none; export the catalog again`);
  const dialect = findDialect(file, first);
  const entryById = new Map<string, number>();
  const items = entries.map((fields, index) => {
    const entry = new CatalogEntry(`${file}, entry ${index + 1}`, fields);
    const item = checkItem(entry, dialect, currency);
    const earlier = entryById.get(item.id);
    if (earlier !== undefined) {
      entry.refuse(
        dialect.idField,
        `an id of its own, not that of entry ${earlier}`,
        'remove or rename one of the two',
      );
    }
    entryById.set(item.id, index + 1);
    return item;
  });
  return { items, dialect: dialect.name };
}

function findDialect(file: string, entry: JsonObject): CatalogDialect {
  const dialect = CATALOG_DIALECTS.find(({ idField }) => idField in entry);
  if (dialect) return dialect;
  const known = CATALOG_DIALECTS.map(({ fields }) => `"${fields}"`).join(', or ');
  const came = quoteInput(Object.keys(entry).join(', '));
  throw new InputError(`${file}, entry 1: expected fields ${known}, came ${came}; rename the fields to one of these`);
}

function checkItem(entry: CatalogEntry, dialect: CatalogDialect, currency: string): CatalogItem {
  const result = v.safeParse(CatalogItemSchema, dialect.readItem(entry, currency), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = issue.path?.[0]?.key as keyof CatalogItem;
  return entry.refuse(dialect.fieldNames[key] ?? key, describeExpectation(issue), 'correct the entry');
}

function describeExpectation({ type, message, expected }: v.BaseIssue<unknown>): string {
  if (type === 'max_length') return `at most ${expected?.replace('<=', '')} characters`;
  return message.replace(/^expected /, ''); // ours, from the schema
}
