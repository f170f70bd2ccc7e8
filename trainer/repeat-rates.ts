import type { VisitLog } from './visit-log.ts';

/** Chances without evidence that are added to every item's own: a rate from few visits means little. */
const PRIOR_CHANCES = 30;
/** A visit is a chance to have again what was had up to so many visits before; one further back counts less. */
const MAX_VISITS_APART = 5;
const DECAY = 0.7;

/**
 * How often a customer who has had an item has it again in one of the next visits.
 *
 *     rate(i) = (chances taken + prior · overall rate) / (chances + prior)
 *
 * where two visits of a customer, a apart, the earlier one with item i, are 0.7^(a − 1) chances, taken if
 * the later one has it too.
 *
 * Guarantee: an item that fewer than `minCustomers` customers had again gets the overall rate, and that is 0
 * where fewer had anything again.
 *
 * @returns `[N]`, 0…1.
 */
export function repeatRates(log: VisitLog, minCustomers: number): Float64Array {
  const { numItems, rows, visitStarts, customerStarts } = log;
  const taken = new Float64Array(numItems);
  const chances = new Float64Array(numItems);
  const customersAgain = new Uint32Array(numItems);
  let numCustomersAgain = 0;
  for (let customer = 0; customer + 1 < customerStarts.length; customer++) {
    const visits = Array.from(
      visitStarts.subarray(customerStarts[customer], customerStarts[customer + 1]),
      (start, i) => {
        const visit = (customerStarts[customer] as number) + i;
        return new Set(rows.subarray(start, visitStarts[visit + 1]));
      },
    );
    const again = new Set<number>();
    visits.forEach((visit, v) => {
      visits.slice(v + 1, v + 1 + MAX_VISITS_APART).forEach((later, i) => {
        const chance = DECAY ** i;
        for (const row of visit) {
          chances[row] = (chances[row] as number) + chance;
          if (!later.has(row)) continue;
          taken[row] = (taken[row] as number) + chance;
          again.add(row);
        }
      });
    });
    if (again.size > 0) numCustomersAgain++;
    for (const row of again) customersAgain[row] = (customersAgain[row] as number) + 1;
  }
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const overall = numCustomersAgain >= minCustomers && numCustomersAgain > 0 ? total(taken) / total(chances) : 0;
  return taken.map((count, row) =>
    (customersAgain[row] as number) >= minCustomers
      ? (count + PRIOR_CHANCES * overall) / ((chances[row] as number) + PRIOR_CHANCES)
      : overall,
  );
}
