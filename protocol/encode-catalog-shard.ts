import { type Bytes, concatBytes, utf8 } from './bytes.ts';
import { STOCKS } from './card-limits.ts';
import type { BundleItem } from './catalog.ts';
import { FIELD_BREAK, FIRST_PHRASE, LABEL_BREAK, MAX_LINE_LENGTH, MAX_PHRASES, PHRASE_BREAK } from './catalog-shard.ts';
import { templateOf } from './link-template.ts';

/** Gzip makes shorter ones as short by itself. */
const MIN_PHRASE_LENGTH = 7;

/**
 * The bytes that `CatalogShard` reads. Control characters, line breaks and tabs among them, become spaces in what
 * is shown, and characters of private use are left out.
 *
 * @param items The shard's rows in order.
 * @throws {RangeError} If an item's texts are so long that a device would refuse them.
 */
export function encodeCatalogShard(items: readonly BundleItem[]): Bytes {
  const lines = items.map(partsOf);
  const tooLong = lines.findIndex((parts) => parts.join('').length > MAX_LINE_LENGTH / 2); // room for characters of phrases
  if (tooLong >= 0) throw new RangeError(`expected shorter texts, got item ${items[tooLong]?.id}`);
  const phrases = phrasesOf(lines.flat());
  const characterOf = new Map(phrases.map((phrase, i) => [phrase, String.fromCharCode(FIRST_PHRASE + i)]));
  const texts = lines.map((parts) => parts.map((part) => characterOf.get(part) ?? part).join(''));
  const stock = Uint8Array.from(items, (item) => STOCKS.indexOf(item.stock));
  return concatBytes(stock, utf8([phrases.join(PHRASE_BREAK), ...texts].map((line) => `${line}\n`).join('')));
}

/** An item's line, cut where items differ: of one shop most folders of links, labels and attributes come again. */
function partsOf({
  title,
  url,
  imageUrl,
  priceCents,
  currency,
  categories,
  attributes,
  ...item
}: BundleItem): string[] {
  const shown = { id: item.id, title: plain(title).trim() };
  const [urlFolder, urlName] = cutLink(templateOf(url, shown));
  const [imageFolder, imageName] = cutLink(templateOf(imageUrl, shown));
  return [
    shown.id,
    FIELD_BREAK + shown.title,
    FIELD_BREAK + urlFolder,
    urlName,
    FIELD_BREAK + imageFolder,
    imageName,
    FIELD_BREAK + priceCents,
    FIELD_BREAK + [currency, ...categories].map(plain).join(LABEL_BREAK),
    ...Object.entries(attributes).map((attribute) => FIELD_BREAK + attribute.map(plain).join(LABEL_BREAK)),
  ];
}

/** What occurs more than once, most frequent first. */
function phrasesOf(parts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
  return [...counts]
    .filter(([part, count]) => count > 1 && part.length >= MIN_PHRASE_LENGTH)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, MAX_PHRASES)
    .map(([part]) => part);
}

function cutLink(template: string): readonly [folder: string, name: string] {
  const cut = template.lastIndexOf('/') + 1;
  const whole = template.replaceAll(/\p{Co}/gu, encodeURIComponent);
  return [whole.slice(0, cut), whole.slice(cut)];
}

function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ').replaceAll(/\p{Co}/gu, '');
}
