import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { type ShopItem, ShopItemSchema } from './shop-item.ts';

/** One node of the category tree, addressed as `/category/<slug>`. */
export interface Category {
  readonly slug: string;
  /** Names from the top of the tree down to this node. Never empty. */
  readonly path: readonly string[];
  /** Items in this category or below it, in catalog order. */
  readonly items: readonly ShopItem[];
}

/** A catalog with the look-ups that pages need. */
export interface ShopCatalog {
  readonly items: readonly ShopItem[];
  readonly itemById: ReadonlyMap<string, ShopItem>;
  readonly categoryBySlug: ReadonlyMap<string, Category>;
}

/** The catalog file cannot be used. The message is one sentence for the person who named it. */
export class CatalogFileError extends Error {
  override readonly name = 'CatalogFileError';
}

/**
 * Reads the catalog that `vitrine import catalog` wrote.
 *
 * @param path A JSON file: an array of catalog items.
 * @throws {CatalogFileError} If the file cannot be read, is not JSON, or holds something else.
 */
export async function readShopCatalog(path: string): Promise<ShopCatalog> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CatalogFileError(`expected a readable catalog file, but ${path} cannot be opened`, { cause });
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CatalogFileError(`expected ${path} to be JSON, but it does not parse`, { cause });
  }
  const parsed = v.safeParse(v.array(ShopItemSchema), json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new CatalogFileError(
      `expected ${path} to be an array of catalog items, but at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`,
    );
  }
  return indexCatalog(parsed.output);
}

/** Builds the look-ups over a list of items, keeping its order. */
export function indexCatalog(items: readonly ShopItem[]): ShopCatalog {
  return {
    items,
    itemById: new Map(items.map((item) => [item.id, item])),
    categoryBySlug: buildCategories(items),
  };
}

/** Returns the categories one level below `parent`, or the top level. */
export function childCategories(catalog: ShopCatalog, parent?: Category): Category[] {
  const depth = parent?.path.length ?? 0;
  return [...catalog.categoryBySlug.values()].filter(
    ({ path }) => path.length === depth + 1 && (parent?.path ?? []).every((name, level) => path[level] === name),
  );
}

/** Returns the chain of categories from the top of the tree down to the item's first one. */
export function categoryTrail(catalog: ShopCatalog, path: readonly string[]): Category[] {
  const wanted = path.map((_, depth) => path.slice(0, depth + 1).join('/'));
  return [...catalog.categoryBySlug.values()].filter((category) => wanted.includes(category.path.join('/')));
}

/** Splits a category path such as `Kitchen/Mugs` into its names. */
export function splitCategoryPath(path: string): string[] {
  return path
    .split('/')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function buildCategories(items: readonly ShopItem[]): Map<string, Category> {
  const membersByPath = new Map<string, Set<ShopItem>>();
  for (const item of items) {
    for (const names of item.categories.map(splitCategoryPath)) {
      for (let depth = 1; depth <= names.length; depth++) {
        const path = names.slice(0, depth).join('/');
        const members = membersByPath.get(path) ?? new Set();
        membersByPath.set(path, members.add(item));
      }
    }
  }
  const categories = new Map<string, Category>();
  for (const [path, members] of membersByPath) {
    const slug = unusedSlug(path, categories);
    categories.set(slug, { slug, path: path.split('/'), items: [...members] });
  }
  return categories;
}

function unusedSlug(path: string, taken: ReadonlyMap<string, Category>): string {
  const words = path
    .toLowerCase()
    .normalize('NFKD')
    .match(/[a-z0-9]+/g) ?? ['category'];
  const slug = words.join('-');
  if (!taken.has(slug) && slug !== ALL_ITEMS_SLUG) return slug;
  let suffix = 2; // two paths may differ in punctuation only
  while (taken.has(`${slug}-${suffix}`)) suffix++;
  return `${slug}-${suffix}`;
}

/** The listing of the whole catalog, which every shop has, with categories or without. */
export const ALL_ITEMS_SLUG = 'all-items';
