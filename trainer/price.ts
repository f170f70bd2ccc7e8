/** Digits with an optional decimal point. A comma could mean thousands as well as decimals, so it is not guessed at. */
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

/** How to write a price, for messages. */
export const PRICE_ADVICE = 'write prices with a decimal point and without a currency sign';

/**
 * Reads a price such as `12.50`.
 *
 * @returns Cents, rounded; negative for a negative price. `undefined` if the text is no price.
 */
export function parsePriceCents(text: string): number | undefined {
  if (!DECIMAL.test(text)) return undefined;
  const cents = Math.round(Number(text) * 100);
  return Number.isSafeInteger(cents) ? cents : undefined;
}
