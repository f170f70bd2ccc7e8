/** Why an order line is not used, in the order in which a line is asked. */
export const DROP_REASONS = {
  cancellation: 'cancellation (order id starts with C)',
  'missing-value': 'order, item, date, quantity or price missing',
  'not-a-product': 'not a product (postage, fees, vouchers, samples)',
  return: 'return (quantity 0 or below)',
  'zero-price': 'price 0 or below',
  'missing-customer': 'customer missing',
  'not-in-catalog': 'item not in the catalog',
  'repeated-item': 'item repeated in one order (merged)',
} as const;

export type DropReason = keyof typeof DROP_REASONS;

/** Lines by the reason that dropped them. Reasons that never occurred are 0. */
export type DropCounts = Record<DropReason, number>;

/** Returns a count of 0 for every reason. */
export function makeDropCounts(): DropCounts {
  const reasons = Object.keys(DROP_REASONS) as readonly DropReason[];
  return Object.fromEntries(reasons.map((reason) => [reason, 0])) as DropCounts;
}
