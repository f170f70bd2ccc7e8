import type { Reason } from './shelf-state.ts';

/** The line under a card. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'bought-with':
      return `Often bought with ${reason.title}`;
    case 'bought-with-this':
      return 'Often bought with this';
    case 'like-viewed':
      return 'Like what you looked at';
    case 'like-searched':
      return 'Like what you searched for';
    case 'like-this':
      return 'Similar to this';
    case 'earlier':
      return 'From your earlier visits';
    case 'left-off':
      return 'Picks up where you left off';
    case 'popular':
      return 'Popular right now';
    case 'none':
      return '';
    default:
      return reason satisfies never;
  }
}

/** Making one takes longer than drawing a card. */
const priceFormats = new Map<string, Intl.NumberFormat>();

/**
 * A price in the page's language.
 *
 * @param language As in `<html lang>`; an unusable one gives the browser's own.
 */
export function priceText(priceCents: number, currency: string, language: string): string {
  const name = `${currency} ${language}`;
  const format = priceFormats.get(name) ?? priceFormat(currency, language);
  priceFormats.set(name, format);
  return format.format(priceCents / 100);
}

function priceFormat(currency: string, language: string): Intl.NumberFormat {
  const style = { style: 'currency', currency } as const;
  try {
    return new Intl.NumberFormat(language || undefined, style);
  } catch {
    return new Intl.NumberFormat(undefined, style);
  }
}
