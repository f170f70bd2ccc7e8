import type { ShopEvent } from '#protocol/event.ts';
import type { Dataset } from '#trainer/dataset.ts';
import { InputError } from '#trainer/input-error.ts';
import type { Selection } from '#trainer/selection.ts';
import type { TestCase } from '#trainer/test-cases.ts';

/** What a model is trained on, and what its training makes choices on. */
export interface Records {
  readonly dataset: Dataset;
  readonly selection: Selection;
}

/** A log cut in time: what a merchant has recorded, what devices keep to themselves, what is asked in the end. */
export interface SimulatedShop {
  /** The earliest histories, but for the customers held out of all learning. */
  readonly merchant: Records;
  /** Of the customers held out, to judge what is learned. */
  readonly judging: readonly TestCase[];
  /** A history a device, oldest event first, of two item events or more. */
  readonly devices: readonly (readonly ShopEvent[])[];
  /** The merchant's records and the devices' histories, as if those had been collected. */
  readonly everything: Records;
  /** Of the latest histories, which nothing is learned from. */
  readonly cases: readonly TestCase[];
}

const DEVICES_FROM = 0.2;
const TEST_FROM = 0.9;

/**
 * Where to cut histories that are in time order: the first fifth is the merchant's, the last tenth is the test.
 *
 * @returns The first index of the devices' part and that of the test.
 * @throws {InputError} If a part would be empty.
 */
export function cutHistories(count: number): { readonly devicesFrom: number; readonly testFrom: number } {
  const devicesFrom = Math.floor(DEVICES_FROM * count);
  const testFrom = Math.floor(TEST_FROM * count);
  if (devicesFrom === 0 || testFrom === devicesFrom) {
    throw new InputError(`expected ten histories of two items or more to cut, came ${count}; take a longer log`);
  }
  return { devicesFrom, testFrom };
}
