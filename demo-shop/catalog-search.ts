import type { ShopItem } from './shop-item.ts';

/** Longest query that is looked at, in characters. The rest is ignored. */
const MAX_QUERY_LENGTH = 200;

/** How much a word counts, by where it was found. */
const FIELD_WEIGHTS = { title: 8, categories: 4, attributes: 2, description: 1 } as const;

interface SearchEntry {
  readonly item: ShopItem;
  readonly words: Readonly<Record<keyof typeof FIELD_WEIGHTS, ReadonlySet<string>>>;
}

/** Finds the items that have every word of a query. */
export type CatalogSearch = (query: string) => ShopItem[];

/**
 * Prepares a word search over a catalog.
 *
 * @returns A function from query to items, best first: a word in the title outranks one in a
 *   category, that one in an attribute, that one in the description. Ties keep catalog order.
 */
export function buildCatalogSearch(items: readonly ShopItem[]): CatalogSearch {
  const entries: SearchEntry[] = items.map((item) => ({
    item,
    words: {
      title: wordsOf(item.title),
      categories: wordsOf(item.categories.join(' ')),
      attributes: wordsOf(Object.values(item.attributes).join(' ')),
      description: wordsOf(item.description),
    },
  }));
  return (query) => {
    const wanted = [...wordsOf(query.slice(0, MAX_QUERY_LENGTH))];
    if (wanted.length === 0) return [];
    return entries
      .map((entry) => ({ item: entry.item, score: scoreEntry(entry, wanted) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .map(({ item }) => item);
  };
}

/** Returns 0 if any wanted word is missing from the item. */
function scoreEntry(entry: SearchEntry, wanted: readonly string[]): number {
  let score = 0;
  for (const word of wanted) {
    let wordScore = 0;
    for (const [field, weight] of Object.entries(FIELD_WEIGHTS)) {
      if (entry.words[field as keyof typeof FIELD_WEIGHTS].has(word)) wordScore += weight;
    }
    if (wordScore === 0) return 0;
    score += wordScore;
  }
  return score;
}

function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.map(singular));
}

/** Good enough for shop titles: "lanterns" finds "lantern", "glass" stays as it is. */
function singular(word: string): string {
  if (word.length < 4 || word.endsWith('ss')) return word;
  return word.replace(/ies$/, 'y').replace(/s$/, '');
}
