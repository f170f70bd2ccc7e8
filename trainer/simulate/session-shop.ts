import type { Basket, Dataset } from '#trainer/dataset.ts';
import { basketsOfLine, eventsOfLine, ItemRows, idsOf, readLines, timeOfLine } from '#trainer/evaluation/log-lines.ts';
import { splitCustomers } from '#trainer/held-out-customers.ts';
import { splitByTime, type TestCase } from '#trainer/test-cases.ts';
import { cutHistories, type Records, type SimulatedShop } from './simulated-shop.ts';

/** The merchant's latest sessions, on which training makes its choices. */
const SELECTION_SHARE = 0.08;

/**
 * A shop from a file of sessions, one a line in time order: a device is a session.
 *
 * @param topItems Only so many of the most frequent items are kept, and sessions with two of those or more. They
 *   are counted over the whole file, what is asked in the end included.
 * @throws {InputError} If the file cannot be read or is too short to cut.
 */
export async function readSessionShop(file: string, topItems = Number.POSITIVE_INFINITY): Promise<SimulatedShop> {
  const sessions = ofFrequentItems((await readLines(file)).map(idsOf), topItems);
  const items = new ItemRows();
  const baskets = sessions.map((ids, line) => {
    const rows = ids.map((id) => items.rowOf(id));
    return basketsOfLine(`s${line}`, rows, line);
  });
  const { devicesFrom, testFrom } = cutHistories(sessions.length);
  const casesOf = (from: number, to: number): TestCase[] =>
    sessions.slice(from, to).flatMap((ids, i) => everyNext(ids, from + i, items));
  const records: Dataset = { items: items.items(), baskets: byTime(baskets.slice(0, devicesFrom)), eventKind: 'view' };
  const { known, heldOut } = splitCustomers(records);
  const customersHeldOut = new Set(heldOut.baskets.map(({ customer }) => customer));
  const isHeldOut = ({ customer }: TestCase): boolean => customersHeldOut.has(customer);
  /** The lines before `to`, without the customers held out; the latest of them to choose on. */
  const recordsOf = (own: readonly Basket[], to: number): Records => {
    const selectFrom = Math.floor((1 - SELECTION_SHARE) * to);
    return {
      dataset: { ...records, baskets: own },
      selection: {
        before: splitByTime(own, timeOfLine(selectFrom)).before,
        cases: casesOf(selectFrom, to).filter((testCase) => !isHeldOut(testCase)),
      },
    };
  };
  const collected = byTime(baskets.slice(devicesFrom, testFrom));
  return {
    merchant: recordsOf(known.baskets, devicesFrom),
    judging: casesOf(0, devicesFrom).filter(isHeldOut),
    devices: sessions.slice(devicesFrom, testFrom).map((ids, i) => eventsOfLine(ids, devicesFrom + i)),
    everything: recordsOf([...known.baskets, ...collected], testFrom),
    cases: casesOf(testFrom, sessions.length),
  };
}

function ofFrequentItems(lines: readonly string[][], topItems: number): string[][] {
  const counts = new Map<string, number>();
  for (const ids of lines) for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  const byCount = [...counts].sort((a, b) => b[1] - a[1]);
  const frequent = new Set(byCount.slice(0, topItems).map(([id]) => id));
  return lines.map((ids) => ids.filter((id) => frequent.has(id))).filter(({ length }) => length > 1);
}

/** A session of more than an hour's events runs into the next one. */
function byTime(sessions: readonly (readonly Basket[])[]): Basket[] {
  return sessions.flat().sort((a, b) => a.atMs - b.atMs);
}

/** Every item of a session after the first, given those before it. */
function everyNext(ids: readonly string[], line: number, items: ItemRows): TestCase[] {
  const events = eventsOfLine(ids, line);
  return ids.slice(1).map((id, i) => ({
    customer: `s${line}`,
    events: events.slice(0, i + 1),
    targets: [items.rowOf(id)],
    hasHistory: false,
  }));
}
