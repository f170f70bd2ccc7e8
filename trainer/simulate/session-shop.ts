import type { Basket } from '#trainer/dataset.ts';
import { basketsOfLine, eventsOfLine, ItemRows, idsOf, readLines } from '#trainer/evaluation/log-lines.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { cutHistories, type SimulatedShop } from './simulated-shop.ts';

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
  return {
    merchant: { items: items.items(), baskets: byTime(baskets.slice(0, devicesFrom)), eventKind: 'view' },
    devices: sessions.slice(devicesFrom, testFrom).map((ids, i) => eventsOfLine(ids, devicesFrom + i)),
    collected: byTime(baskets.slice(devicesFrom, testFrom)),
    cases: sessions.slice(testFrom).flatMap((ids, i) => everyNext(ids, testFrom + i, items)),
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
