import { createHash } from 'node:crypto';
import type { Dataset } from './dataset.ts';

/** One customer in ten judges candidate models: no part of any model has seen their orders. */
const HELD_OUT_SHARE = 0.1;

/** A dataset's orders by who may learn from them. */
export interface SplitCustomers {
  /** For training and as simulated devices. */
  readonly known: Dataset;
  /** For judging only. */
  readonly heldOut: Dataset;
}

/** Splits by customer: decided by the id alone, so always the same. */
export function splitCustomers({ items, baskets }: Dataset): SplitCustomers {
  return {
    known: { items, baskets: baskets.filter(({ customer }) => !isHeldOut(customer)) },
    heldOut: { items, baskets: baskets.filter(({ customer }) => isHeldOut(customer)) },
  };
}

function isHeldOut(customer: string): boolean {
  const [first, second] = createHash('sha256').update(`held out ${customer}`).digest();
  return ((first as number) * 256 + (second as number)) / 65536 < HELD_OUT_SHARE;
}
