import type { Rule } from '#protocol/live.ts';
import { type ResolvedRule, resolveRules } from '#widget/rules.ts';
import { readCatalog } from './catalog-fixture.ts';
import { itemId, shopItem } from './published-shop.ts';

/** Twelve items: mug, lamp, chair, mug, … */
export const CATALOG = Array.from({ length: 12 }, (_, row) => shopItem(row));

export function resolve(...rules: Rule[]): ResolvedRule[] {
  return resolveRules(rules, readCatalog(CATALOG));
}

export const item = (row: number) => ({ by: 'item', itemId: itemId(row) }) as const;
export const category = (path: string) => ({ by: 'category', path }) as const;
