import { expect, test } from 'vitest';
import { parsePriceCents } from '#trainer/price.ts';

test.each([
  ['12.50', 1250],
  ['12.5', 1250],
  ['12', 1200],
  ['.99', 99],
  ['2.999', 300],
  ['-3.75', -375],
  ['0', 0],
])('the price %s is %i cents', (text, cents) => {
  expect(parsePriceCents(text)).toBe(cents);
});

test.each([['12,50 €'], ['12,50'], ['£2.55'], ['1,234.50'], ['1e3'], [''], ['.'], ['free'], ['99999999999999999']])(
  '%j is not guessed to be a price',
  (text) => {
    expect(parsePriceCents(text)).toBeUndefined();
  },
);
