import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Basket } from '#trainer/dataset.ts';
import { InputError, quoteInput } from '#trainer/input-error.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { basketsOfLine, eventsOfLine, ItemRows, idsOf, readLines } from './log-lines.ts';
import type { EvaluationTask } from './task.ts';

const TRAINING_FILE = 'train_sessions.txt';
const TEST_FILE = 'test_pairs.tsv';
/** The latest training sessions, on which everything is chosen. */
const SELECTION_SHARE = 0.08;

/**
 * Reads sessions to learn from (a session a line, item ids, in time order) and test cases (prefix TAB next
 * item). Either file may be gzipped.
 *
 * Test lines of one session, each prefix one item shorter than the one before, are one unit of the
 * intervals; no recommender sees that they belong together, since a longer prefix holds another line's
 * answer. Ranked are all items of the training file; a next item that is not among them is a miss.
 *
 * @throws {InputError} If a file is missing, a test line is malformed or there is nothing to train or test on.
 */
export async function readSessionTask(folder: string): Promise<EvaluationTask> {
  const sessions = (await readLines(findFile(folder, TRAINING_FILE))).map(idsOf);
  const items = new ItemRows();
  const rows = sessions.map((ids) => ids.map((id) => items.rowOf(id)));
  if (!rows.some(({ length }) => length > 1)) {
    throw new InputError(
      `expected sessions of two items or more in ${TRAINING_FILE}, came ${sessions.length} lines, none longer than one item; nothing can be learned from them`,
    );
  }
  const numBefore = Math.max(1, Math.floor(sessions.length * (1 - SELECTION_SHARE)));
  const byLine = rows.map((session, line) => basketsOfLine(`s${line}`, session, line));
  const testFile = findFile(folder, TEST_FILE);
  const cases = testCases(await readLines(testFile), { items, firstLine: sessions.length, testFile });
  return {
    dataset: basename(resolve(folder)),
    protocol: 'sessions',
    known: { items: items.items(), baskets: byTime(byLine.flat()), eventKind: 'view' },
    selection: {
      before: byTime(byLine.slice(0, numBefore).flat()),
      cases: sessions.slice(numBefore).flatMap((ids, i) => prefixCases(ids, numBefore + i, items)),
    },
    cases,
    excludesSeen: false,
  };
}

function findFile(folder: string, name: string): string {
  const file = [`${name}.gz`, name].map((candidate) => join(folder, candidate)).find((path) => existsSync(path));
  if (file === undefined) {
    throw new InputError(`expected ${name} or ${name}.gz in ${folder}, found neither; check the path`);
  }
  return file;
}

/** A session of more than an hour's events runs into the next one. */
function byTime(baskets: readonly Basket[]): Basket[] {
  return baskets.toSorted((a, b) => a.atMs - b.atMs);
}

/** Every prefix of a session and what came next. */
function prefixCases(ids: readonly string[], line: number, items: ItemRows): TestCase[] {
  return ids.slice(1).map((next, i) => caseOf(ids.slice(0, i + 1), next, { customer: `s${line}`, line, items }));
}

function caseOf(
  prefix: readonly string[],
  next: string,
  { customer, line, items }: { readonly customer: string; readonly line: number; readonly items: ItemRows },
): TestCase {
  const row = items.find(next);
  return { customer, events: eventsOfLine(prefix, line), targets: row === undefined ? [] : [row], hasHistory: false };
}

function testCases(
  lines: readonly string[],
  { items, firstLine, testFile }: { readonly items: ItemRows; readonly firstLine: number; readonly testFile: string },
): TestCase[] {
  let session = 0;
  let before = '';
  const cases = lines.map((line, index) => {
    const [prefix, next, ...rest] = line.split('\t').map(idsOf);
    if (prefix === undefined || prefix.length === 0 || next?.length !== 1 || rest.length > 0) {
      throw new InputError(
        `expected "item ids TAB next item id" in ${testFile}, line ${index + 1}, came ${quoteInput(line)}; correct it`,
      );
    }
    const whole = [...prefix, ...next].join(' ');
    if (whole !== before) session++;
    before = prefix.join(' ');
    return caseOf(prefix, next[0] as string, { customer: `t${session}`, line: firstLine + session, items });
  });
  if (cases.length === 0) throw new InputError(`expected test cases in ${testFile}, came an empty file`);
  return cases;
}
