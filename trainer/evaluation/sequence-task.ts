import { basename } from 'node:path';
import { InputError } from '#trainer/input-error.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { basketsOfLine, eventsOfLine, ItemRows, idsOf, readLines } from './log-lines.ts';
import type { EvaluationTask } from './task.ts';

/**
 * Reads users' sequences, one a line, item ids in time order, for leave-one-out: the last item is the test,
 * the one before it the validation. Learned from is what lies before both; at test time the validation item
 * is history. Ranked are all items of the file.
 *
 * A user with two items is tested only, one with a single item is not even that.
 *
 * @param excludesSeen Whether a user's own items are left out of his ranking.
 * @throws {InputError} If nothing is left to train or to test on.
 */
export async function readSequenceTask(file: string, excludesSeen: boolean): Promise<EvaluationTask> {
  const users = (await readLines(file)).map(idsOf);
  const items = new ItemRows();
  for (const ids of users) for (const id of ids) items.rowOf(id);
  const numTrainable = users.filter(({ length }) => length >= 4).length;
  const cases = leaveOneOut(users, 1, items);
  if (numTrainable === 0 || cases.length === 0) {
    throw new InputError(
      `expected users with four items or more in ${file}, so that two are left to learn from, came ${users.length} lines without any`,
    );
  }
  // Users did what they did side by side: every line begins at the same time.
  const baskets = users
    .flatMap((ids, line) =>
      basketsOfLine(
        `u${line}`,
        ids.slice(0, -2).map((id) => items.rowOf(id)),
        0,
      ),
    )
    .sort((a, b) => a.atMs - b.atMs);
  return {
    dataset: basename(file),
    protocol: 'sequences',
    known: { items: items.items(), baskets, eventKind: 'view' },
    selection: { before: baskets, cases: leaveOneOut(users, 2, items) },
    cases,
    excludesSeen,
  };
}

/** Each user's `fromEnd`-th item from the end, given what lies before it. */
function leaveOneOut(users: readonly (readonly string[])[], fromEnd: number, items: ItemRows): TestCase[] {
  return users.flatMap((ids, line) => {
    const target = ids.length - fromEnd;
    if (target < 1) return [];
    return {
      customer: `u${line}`,
      events: eventsOfLine(ids.slice(0, target), 0),
      targets: [items.rowOf(ids[target] as string)],
      hasHistory: false,
    };
  });
}
