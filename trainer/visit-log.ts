import { SESSION_GAP_MS } from '#protocol/event.ts';
import type { Basket } from './dataset.ts';

/**
 * What customers did, by customer and time, cut into visits: events of one customer with gaps under
 * `SESSION_GAP_MS`. An order is a visit, and so is a session of views.
 */
export interface VisitLog {
  readonly numItems: number;
  /** `[events]`, item rows. */
  readonly rows: Uint32Array;
  /** `[visits + 1]`: visit v owns events `visitStarts[v] … visitStarts[v + 1] − 1`. */
  readonly visitStarts: Uint32Array;
  /** `[customers + 1]`: customer c owns visits `customerStarts[c] … customerStarts[c + 1] − 1`. */
  readonly customerStarts: Uint32Array;
  /** `[visits]`: when it began, 0 the earliest time in the log and 1 the latest. */
  readonly ages: Float64Array;
}

/** @param baskets By time. */
export function visitLogOf(baskets: readonly Basket[], numItems: number): VisitLog {
  const byCustomer = new Map<string, Basket[]>();
  for (const basket of baskets) {
    const own = byCustomer.get(basket.customer);
    if (own) own.push(basket);
    else byCustomer.set(basket.customer, [basket]);
  }
  const [firstMs, lastMs] = [baskets.at(0)?.atMs ?? 0, baskets.at(-1)?.atMs ?? 0];
  const rows: number[] = [];
  const visitStarts: number[] = [];
  const customerStarts: number[] = [];
  const ages: number[] = [];
  for (const own of byCustomer.values()) {
    customerStarts.push(visitStarts.length);
    let endedMs = Number.NEGATIVE_INFINITY;
    for (const { atMs, rows: bought } of own) {
      if (atMs - endedMs >= SESSION_GAP_MS) {
        visitStarts.push(rows.length);
        ages.push(lastMs > firstMs ? (atMs - firstMs) / (lastMs - firstMs) : 1);
      }
      endedMs = atMs;
      for (const row of bought) rows.push(row);
    }
  }
  visitStarts.push(rows.length);
  customerStarts.push(visitStarts.length - 1);
  return {
    numItems,
    rows: Uint32Array.from(rows),
    visitStarts: Uint32Array.from(visitStarts),
    customerStarts: Uint32Array.from(customerStarts),
    ages: Float64Array.from(ages),
  };
}
