import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readSequenceTask } from '#trainer/evaluation/sequence-task.ts';
import { InputError } from '#trainer/input-error.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { writeScratchFile } from '../scratch-folder.ts';

const USERS = ['b c d c e', 'a', 'c b', 'd e b', 'e b a c'];
const read = async (text: string | Uint8Array, excludesSeen = false) =>
  readSequenceTask(await writeScratchFile('users.txt', text), excludesSeen);

const told = (cases: readonly TestCase[], ids: readonly string[]) =>
  cases.map(({ customer, events, targets }) => [
    customer,
    events.map((event) => (event.kind === 'search' ? '' : event.itemId)).join(' '),
    targets.map((row) => ids[row]).join(' '),
  ]);

describe('a task of sequences', () => {
  test('asks for each user’s last item, given all before it, and chooses on the one before the last', async () => {
    const { known, cases, selection } = await read(USERS.join('\n'));
    const ids = known.items.map(({ id }) => id as string);
    expect(ids).toEqual(['b', 'c', 'd', 'e', 'a']);
    expect(told(cases, ids)).toEqual([
      ['u0', 'b c d c', 'e'],
      ['u2', 'c', 'b'],
      ['u3', 'd e', 'b'],
      ['u4', 'e b a', 'c'],
    ]);
    expect(told(selection.cases, ids)).toEqual([
      ['u0', 'b c d', 'c'],
      ['u3', 'd', 'e'],
      ['u4', 'e b', 'a'],
    ]);
  });

  test('learns from what lies before both, of all users side by side in time', async () => {
    const { known, selection } = await read(USERS.join('\n'));
    const users = [...Map.groupBy(known.baskets, ({ customer }) => customer)];
    expect(users.map(([customer, baskets]) => [customer, ...baskets.flatMap(({ rows }) => rows)])).toEqual([
      ['u0', 0, 1, 2],
      ['u3', 2],
      ['u4', 3, 0],
    ]);
    const times = known.baskets.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(users.map(([, [first]]) => first?.atMs)).size).toBe(1);
    expect(selection.before).toEqual(known.baskets);
    expect(known.eventKind).toBe('view');
  });

  test.each([true, false])('says whether a user’s own items are ranked: %s', async (excludesSeen) => {
    expect(await read(USERS.join('\n'), excludesSeen)).toMatchObject({
      dataset: 'users.txt',
      protocol: 'sequences',
      excludesSeen,
    });
  });

  test('reads Windows line ends and gzip', async () => {
    const { cases, known } = await read(USERS.join('\n'));
    expect(await read(gzipSync(`${USERS.join('\r\n')}\r\n`))).toMatchObject({ cases, known });
  });

  test.each([
    ['no user has four items', 'a b c\nb c a\n', 'came 2 lines without any'],
    ['the file is empty', '', 'came 0 lines without any'],
  ])('is refused where %s', async (_, text, message) => {
    const failed = read(text);
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(/^expected users with four items or more in \S+users\.txt, /);
    await expect(failed).rejects.toThrow(message);
  });

  test('is refused where there is no such file', async () => {
    await expect(readSequenceTask('none.txt', false)).rejects.toThrow(InputError);
  });
});
