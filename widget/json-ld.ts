/** A product that a page says it is about, by all names that could be the shop's id for it. */
export interface PageProduct {
  readonly candidates: readonly string[];
}

type Node = Readonly<Record<string, unknown>>;

/** Names of a product in schema.org, the likeliest first. */
const ID_PROPERTIES = ['sku', 'productID', 'mpn', '@id'] as const;

/**
 * Reads the product of a product page from its JSON-LD blocks (schema.org `Product`).
 *
 * @param blocks Texts of `<script type="application/ld+json">`.
 * @returns `undefined` on a page about no product, or about several: that is a list, not a view.
 */
export function readPageProduct(blocks: readonly string[]): PageProduct | undefined {
  const products = blocks.flatMap((text) => topNodes(parseOrNothing(text))).filter(isProduct);
  const [product] = products;
  if (!product || products.length > 1) return undefined;
  const candidates = ID_PROPERTIES.map((name) => product[name])
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map((value) => String(value).trim())
    .filter((text) => text !== '');
  return candidates.length > 0 ? { candidates: [...new Set(candidates)] } : undefined;
}

/** The block's own nodes; products nested in lists, reviews or offers are not what a page is about. */
function topNodes(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(topNodes);
  if (typeof value !== 'object' || value === null) return [];
  const node = value as Node;
  return [node, ...topNodes(node['@graph']), ...topNodes(node.mainEntity)];
}

function isProduct(node: Node): boolean {
  const types = Array.isArray(node['@type']) ? node['@type'] : [node['@type']];
  return types.some((type) => type === 'Product' || type === 'ProductGroup');
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the shop's own mistake, and not ours to report
  }
}
