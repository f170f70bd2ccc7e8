import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readSessionTask } from '#trainer/evaluation/session-task.ts';
import type { EvaluationTask } from '#trainer/evaluation/task.ts';
import { InputError } from '#trainer/input-error.ts';
import { meanMetrics, measureRanking } from '#trainer/measure-ranking.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { visitLogOf } from '#trainer/visit-log.ts';
import { makeScratchFolder } from '../scratch-folder.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

async function writeFiles(files: Files): Promise<string> {
  const folder = join(await makeScratchFolder(), 'tiny-shop');
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

const TRAINING = '11 7 9\n7 11\n9\n9 7 7 11\n';
const TEST = '7 9 11\t7\n7 9\t11\n7\t9\n11\t9\n';

const readTask = async (training: string, tests: string): Promise<EvaluationTask> =>
  readSessionTask(await writeFiles({ 'train_sessions.txt': training, 'test_pairs.tsv': tests }));

/** The ids that a case tells, and the ids it asks for. */
function asked(task: EvaluationTask, cases: readonly TestCase[]): [string, string][] {
  return cases.map(({ events, targets }) => [
    events.map((event) => (event.kind === 'search' ? '' : event.itemId)).join(' '),
    targets.map((row) => task.known.items[row]?.id).join(' '),
  ]);
}

describe('a task of sessions', () => {
  test('is known by the folder’s name, and its events are views', async () => {
    const task = await readTask(TRAINING, TEST);
    expect(task).toMatchObject({ dataset: 'tiny-shop', protocol: 'sessions', excludesSeen: false });
    expect(task.known.eventKind).toBe('view');
  });

  test('has the items of the training file, each session a customer with one visit', async () => {
    const { known } = await readTask(TRAINING, TEST);
    expect(known.items.map(({ id }) => id)).toEqual(['11', '7', '9']);
    const sessions = [...Map.groupBy(known.baskets, ({ customer }) => customer).values()];
    expect(sessions.map((session) => session.flatMap(({ rows }) => rows))).toEqual([
      [0, 1, 2],
      [1, 0],
      [2],
      [2, 1, 1, 0],
    ]);
    const log = visitLogOf(known.baskets, 3);
    expect(log.visitStarts).toHaveLength(4 + 1);
    expect(log.customerStarts).toHaveLength(4 + 1);
  });

  test('asks each test line', async () => {
    const task = await readTask(TRAINING, TEST);
    expect(asked(task, task.cases)).toEqual([
      ['7 9 11', '7'],
      ['7 9', '11'],
      ['7', '9'],
      ['11', '9'],
    ]);
  });

  test.each<[string, string, number[]]>([
    ['prefixes that get shorter', '7 9 11\t7\n7 9\t11\n7\t9\n', [1, 1, 1]],
    ['a session after another', '7 9\t11\n7\t9\n11 9\t7\n11\t9\n', [1, 1, 2, 2]],
    ['the same line twice', '7\t9\n7\t9\n', [1, 2]],
    ['prefixes that get longer, which no longer one tells', '7\t9\n7 9\t11\n', [1, 2]],
    ['a prefix with a gap', '7 9 11\t7\n7\t9\n', [1, 2]],
  ])('takes test lines of one session as one unit: %s', async (_, tests, units) => {
    const { cases } = await readTask(TRAINING, tests);
    const customers = [...new Set(cases.map(({ customer }) => customer))];
    expect(cases.map(({ customer }) => customers.indexOf(customer) + 1)).toEqual(units);
  });

  test('makes choices on every prefix of the latest 8 % of the sessions, which are then not known', async () => {
    const sessions = Array.from({ length: 50 }, (_, i) => `${i % 7} ${(i + 2) % 7} ${(i + 3) % 7}`);
    const task = await readTask(sessions.join('\n'), TEST);
    const { before, cases } = task.selection;
    expect(new Set(before.map(({ customer }) => customer)).size).toBe(46);
    expect(before).toEqual(task.known.baskets.slice(0, 3 * 46));
    expect(asked(task, cases)).toEqual(
      sessions.slice(46).flatMap((session) => {
        const [a, b, c] = session.split(' ') as [string, string, string];
        return [
          [a, b],
          [`${a} ${b}`, c],
        ];
      }),
    );
  });

  test('knows nothing of the sessions that choices are made on, even where an empty line comes first of them', async () => {
    const sessions = Array.from({ length: 50 }, (_, i) => (i === 46 ? '' : `${i % 7} ${(i + 2) % 7}`));
    const { selection } = await readTask(sessions.join('\n'), TEST);
    expect(selection.before).toHaveLength(2 * 46);
    expect(selection.cases).toHaveLength(3);
  });

  test('has its baskets by time, however long a session is', async () => {
    const long = Array.from({ length: 150 }, (_, i) => i % 9).join(' ');
    const { known, selection } = await readTask(`${long}\n1 2\n${long}\n3 4\n5 6\n`, TEST.replaceAll('11', '1'));
    for (const baskets of [known.baskets, selection.before]) {
      const times = baskets.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
    expect(known.baskets.filter(({ customer }) => customer === 's0').map(({ rows }) => rows[0])).toEqual(
      long.split(' ').map(Number),
    );
  });

  test('asks for an item that no training session has: a miss, not an error', async () => {
    const task = await readTask(TRAINING, '7 9\t404\n7\t9\n');
    expect(task.known.items).toHaveLength(3);
    expect(task.cases.map(({ targets }) => targets)).toEqual([[], [2]]);
    const measured = await measureRanking(() => Float32Array.of(1, 2, 3), task.cases, seededRandom(661));
    expect(meanMetrics(measured)).toMatchObject({ recallAt20: 0.5, ndcgAt20: 0.5, mrrAt10: 0.5 });
  });

  test('reads ids that are no numbers, lines with Windows ends, and gzipped files', async () => {
    const plain = await readTask(TRAINING, TEST);
    const named = (text: string) => text.replaceAll('11', 'Tasse-ö').replaceAll('7', 'a/7').replaceAll('9', '0x9');
    const windows = (text: string) => text.replaceAll('\n', '\r\n');
    const task = await readSessionTask(
      await writeFiles({
        'train_sessions.txt.gz': gzipSync(windows(named(TRAINING))),
        'test_pairs.tsv.gz': gzipSync(windows(named(TEST))),
      }),
    );
    expect(task.known.items.map(({ id }) => id)).toEqual(['Tasse-ö', 'a/7', '0x9']);
    expect(task.known.baskets).toEqual(plain.known.baskets);
    expect(task.cases.map(({ targets, customer }) => [targets, customer])).toEqual(
      plain.cases.map(({ targets, customer }) => [targets, customer]),
    );
  });
});

describe('a task of sessions is refused', () => {
  test.each<[string, Files, string]>([
    [
      'where no session has two items',
      { 'train_sessions.txt': '7\n9\n\n7\n', 'test_pairs.tsv': TEST },
      'expected sessions of two items or more in train_sessions.txt, came 4 lines, none longer than one item',
    ],
    [
      'where the training file is empty',
      { 'train_sessions.txt': '', 'test_pairs.tsv': TEST },
      'expected sessions of two items or more in train_sessions.txt, came 0 lines',
    ],
    [
      'where the test file is empty',
      { 'train_sessions.txt': TRAINING, 'test_pairs.tsv': '' },
      'test_pairs.tsv, came an empty file',
    ],
    ['without a training file', { 'test_pairs.tsv': TEST }, 'expected train_sessions.txt or train_sessions.txt.gz in'],
    ['without a test file', { 'train_sessions.txt': TRAINING }, 'expected test_pairs.tsv or test_pairs.tsv.gz in'],
    ...[
      ['without a tab', '7 9'],
      ['without a prefix', '\t9'],
      ['without a next item', '7\t'],
      ['with two next items', '7\t9 11'],
      ['with a third column', '7\t9\t11'],
      ['without anything', ''],
    ].map(
      ([how, line]) =>
        [
          `where a test line is ${how}`,
          { 'train_sessions.txt': TRAINING, 'test_pairs.tsv': `7\t9\n${line}\n7\t11\n` },
          `test_pairs.tsv, line 2, came ${JSON.stringify(line)}; correct it`,
        ] as [string, Files, string],
    ),
  ])('%s', async (_, files, message) => {
    const failed = readSessionTask(await writeFiles(files));
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(message);
  });

  test('where there is no such folder', async () => {
    await expect(readSessionTask('none/such')).rejects.toThrow(InputError);
  });
});
