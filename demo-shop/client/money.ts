const formatByCurrency = new Map<string, Intl.NumberFormat>();

/**
 * Formats a price for people, such as `€12.50`.
 *
 * @param cents In hundredths of the currency.
 * @param currency ISO 4217 code.
 */
export function formatCents(cents: number, currency: string): string {
  let format = formatByCurrency.get(currency);
  if (format === undefined) {
    format = new Intl.NumberFormat('en', { style: 'currency', currency });
    formatByCurrency.set(currency, format);
  }
  return format.format(cents / 100);
}
