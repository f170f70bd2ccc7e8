import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { isCard } from '#protocol/card-limits.ts';
import { type ItemCard, ItemCardSchema } from '#protocol/catalog.ts';

const CARD = {
  id: 'mug-4',
  title: 'Blue mug',
  url: '/p/mug-4',
  imageUrl: 'https://pictures.example/mug-4.webp',
  priceCents: 1275,
  currency: 'EUR',
};

const fits = (card: typeof CARD): boolean => v.safeParse(ItemCardSchema, card).success;

/** Characters that one of the rules is about. */
const odd = fc.constantFrom(
  ...' \t\n\u00a0\u200b\u202e\0\u007f\u0085\ufeff\ud800:/\\.?#%',
  '\u{1f3fa}',
  'é',
  '//',
  'a'.repeat(90),
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.array(fc.oneof(odd, fc.constantFrom('a', 'B', '7', '-')), { maxLength: 8 }).map((parts) => parts.join('')),
);
const link = fc
  .tuple(fc.constantFrom('', '/', '//', 'https://', 'http://', 'HTTPS://', 'javascript:', 'data:', ' /'), text)
  .map((parts) => parts.join(''));
/** Around the limit, with and without space at its ends. */
const long = (limit: number, start = '') =>
  fc
    .tuple(fc.constantFrom('', ' ', '\n\n'), fc.integer({ min: limit - 3, max: limit + 3 }), fc.constantFrom('', ' '))
    .map(([before, length, after]) => before + start.padEnd(length, 'x') + after);

const FIELDS = {
  id: fc.oneof(text, long(128)),
  title: fc.oneof(text, long(500)),
  url: fc.oneof(link, long(2048, '/')),
  imageUrl: fc.oneof(link, long(2048, 'https://')),
  priceCents: fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-1, -0, 2 ** 53, 2 ** 53 - 1)),
  currency: fc.oneof(text, fc.constantFrom('eur', 'EURO', 'EU', 'USD', 'ÉUR', 'EUR\n')),
};

describe('a card, field by field, is one exactly where the schema takes it', () => {
  test.each(Object.entries(FIELDS))('%s', (field, values) => {
    const verdicts = new Set<boolean>();
    fc.assert(
      fc.property(values as fc.Arbitrary<unknown>, (value) => {
        const card = { ...CARD, [field]: value };
        verdicts.add(fits(card));
        expect(isCard(card as ItemCard)).toBe(fits(card));
      }),
      { numRuns: 2000, seed: 401 },
    );
    // Or nothing would have been compared.
    expect(verdicts).toEqual(new Set([true, false]));
  });
});
