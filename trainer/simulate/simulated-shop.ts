import type { ShopEvent } from '#protocol/event.ts';
import type { Basket, Dataset } from '#trainer/dataset.ts';
import { InputError } from '#trainer/input-error.ts';
import type { Selection } from '#trainer/selection.ts';
import type { TestCase } from '#trainer/test-cases.ts';

/** A log cut in time: what a merchant has recorded, what devices keep to themselves, what is asked in the end. */
export interface SimulatedShop {
  /** The earliest histories, as records, but for the customers held out of all learning. */
  readonly merchant: Dataset;
  /** What training makes its choices on; the latest orders if absent. */
  readonly selection?: Selection;
  /** Of the customers held out, to judge candidates by. */
  readonly judging: readonly TestCase[];
  /** A history a device, oldest event first, of two item events or more. */
  readonly devices: readonly (readonly ShopEvent[])[];
  /** The same histories as records, for a model that was allowed to collect them. By time. */
  readonly collected: readonly Basket[];
  /** Of the latest histories, which nothing is learned from. */
  readonly cases: readonly TestCase[];
}

const MERCHANT_SHARE = 0.2;
const DEVICE_SHARE = 0.7;

/**
 * Where to cut histories that are in time order: the first fifth is the merchant's, the last tenth is the test.
 *
 * @returns The first index of the devices' part and that of the test.
 * @throws {InputError} If a part would be empty.
 */
export function cutHistories(count: number): { readonly devicesFrom: number; readonly testFrom: number } {
  const devicesFrom = Math.floor(MERCHANT_SHARE * count);
  const testFrom = Math.floor((MERCHANT_SHARE + DEVICE_SHARE) * count);
  if (devicesFrom === 0 || testFrom === devicesFrom) {
    throw new InputError(`expected ten histories of two items or more to cut, came ${count}; take a longer log`);
  }
  return { devicesFrom, testFrom };
}
