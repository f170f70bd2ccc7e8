import { hashText } from './illustration/hash.ts';
import { choosePaint } from './illustration/paint.ts';
import { chooseShape } from './illustration/product-type.ts';
import { definePattern } from './illustration/surface.ts';
import type { ShopItem } from './shop-item.ts';

/** What a drawing is made from. */
export type IllustratedItem = Pick<ShopItem, 'id' | 'title' | 'categories' | 'attributes'>;

/** Largest drawing, in bytes. */
export const MAX_ILLUSTRATION_BYTES = 4096;

/** Most of a title that is written into its drawing, in characters. */
const MAX_LABEL_LENGTH = 120;

/**
 * Draws a product as a flat SVG, for catalogs that come without photos.
 *
 * Guarantees:
 * - The same item is always drawn the same way.
 * - At most {@link MAX_ILLUSTRATION_BYTES}; no script, no style, nothing loaded from elsewhere.
 * - Catalog text appears only as the escaped `<title>`.
 *
 * The shape comes from the kind of product that the title names, the color from the color
 * attribute or a color word in the title; pattern, backdrop, size and lean come from the id.
 */
export function drawIllustration(item: IllustratedItem): string {
  const { id, title, categories, attributes } = item;
  const paint = choosePaint(id, [attributes.color ?? '', title, attributes.material ?? '']);
  const draw = chooseShape(id, [title, ...categories]);
  const lean = (hashText(`lean:${id}`) % 9) - 4; // degrees
  const scale = 82 + (hashText(`scale:${id}`) % 11); // percent
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" width="480" height="480" role="img">',
    `<title>${escapeXml(title.slice(0, MAX_LABEL_LENGTH))}</title>`,
    definePattern(id, paint),
    `<path d="M0 0h240v240H0z" fill="${paint.backdrop}"/>`,
    drawBackground(id, paint.light),
    '<ellipse cx="120" cy="207" rx="72" ry="9" fill="#2b2622" opacity=".13"/>',
    `<g transform="translate(120 122) rotate(${lean}) scale(${scale / 100}) translate(-120 -122)">${draw(paint)}</g>`,
    '</svg>',
  ].join('');
}

/** A large pale form behind the product. */
function drawBackground(id: string, color: string): string {
  const hash = hashText(`background:${id}`);
  const x = 60 + (hash % 120);
  const y = 60 + ((hash >>> 8) % 100);
  const radius = 70 + ((hash >>> 16) % 40);
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${color}" opacity=".35"/>`;
}

function escapeXml(text: string): string {
  // Lone surrogates and control characters are not allowed in XML, escaped or not.
  const allowed = text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, ' ');
  return allowed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
