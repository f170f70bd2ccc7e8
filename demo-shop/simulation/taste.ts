import type { SeededDraws } from './seeded-draws.ts';
import type { SimulatedProduct } from './simulated-product.ts';

/** What one simulated customer likes. Weights add up to a log-preference. */
export interface Taste {
  readonly byCategory: ReadonlyMap<string, number>;
  readonly byStyle: ReadonlyMap<string, number>;
  readonly byColor: ReadonlyMap<string, number>;
  /** How strongly log-price counts against a product. Positive. */
  readonly priceSensitivity: number;
}

/** How many values of each trait a customer cares about, and how much. */
const LIKED_CATEGORIES = { count: 3, weight: 2.1 };
const LIKED_STYLES = { count: 2, weight: 1.5 };
const LIKED_COLORS = { count: 4, weight: 0.9 };

/** Mean and spread of {@link Taste.priceSensitivity}. */
const PRICE_SENSITIVITY = { mean: 0.55, spread: 0.25, least: 0.05 };

/** The values that occur in a catalog, in order of first appearance. */
export interface Traits {
  readonly categories: readonly string[];
  readonly styles: readonly string[];
  readonly colors: readonly string[];
}

/** Collects the traits that tastes are made of. */
export function collectTraits(products: readonly SimulatedProduct[]): Traits {
  return {
    categories: [...new Set(products.map(categoryOf))],
    styles: [...new Set(products.map(({ attributes }) => attributes.style ?? ''))],
    colors: [...new Set(products.map(({ attributes }) => attributes.color ?? ''))],
  };
}

/** Draws one customer's taste: a few liked values of each trait, indifference to the rest. */
export function drawTaste(traits: Traits, draws: SeededDraws): Taste {
  const { mean, spread, least } = PRICE_SENSITIVITY;
  return {
    byCategory: drawLikes(traits.categories, LIKED_CATEGORIES, draws),
    byStyle: drawLikes(traits.styles, LIKED_STYLES, draws),
    byColor: drawLikes(traits.colors, LIKED_COLORS, draws),
    priceSensitivity: Math.max(least, mean + spread * draws.normal()),
  };
}

/** Returns how much a taste prefers a product, as a logarithm, leaving price aside. */
export function likingOf(taste: Taste, product: SimulatedProduct): number {
  const { style = '', color = '' } = product.attributes;
  return (
    (taste.byCategory.get(categoryOf(product)) ?? 0) + (taste.byStyle.get(style) ?? 0) + (taste.byColor.get(color) ?? 0)
  );
}

/** Returns the product's main category. */
export function categoryOf(product: SimulatedProduct): string {
  return product.categories[0] ?? '';
}

function drawLikes(
  values: readonly string[],
  { count, weight }: { readonly count: number; readonly weight: number },
  draws: SeededDraws,
): Map<string, number> {
  const liked = draws.shuffle(values).slice(0, count);
  return new Map(liked.map((value) => [value, weight * (0.6 + 0.8 * draws.uniform())]));
}
