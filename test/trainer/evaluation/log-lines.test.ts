import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { gapBucket } from '#model/profile.ts';
import { SESSION_GAP_MS } from '#protocol/event.ts';
import { basketsOfLine, eventsOfLine, ItemRows, idsOf, readLines } from '#trainer/evaluation/log-lines.ts';
import { writeScratchFile } from '../scratch-folder.ts';

const MINUTE_MS = 60_000;

describe('lines', () => {
  test.each<[string, string, string[]]>([
    ['a last line end', '1 2\n3\n', ['1 2', '3']],
    ['no last line end', '1 2\n3', ['1 2', '3']],
    ['Windows line ends', '1 2\r\n3\r\n', ['1 2', '3']],
    ['an empty line in the middle', '1 2\n\n3\n', ['1 2', '', '3']],
    ['nothing', '', []],
  ])('of a file with %s are its lines without their ends', async (_, text, expected) => {
    expect(await readLines(await writeScratchFile('log.txt', text))).toEqual(expected);
  });

  test('are read from a gzip file too', async () => {
    expect(await readLines(await writeScratchFile('log.txt.gz', gzipSync('7 8\n9\n')))).toEqual(['7 8', '9']);
  });

  test('of a missing file are refused', async () => {
    await expect(readLines('none/log.txt')).rejects.toThrow('none/log.txt, but there is none');
  });
});

test.each<[string, string[]]>([
  ['12 7 12', ['12', '7', '12']],
  ['  a-1\t0002  Größe ', ['a-1', '0002', 'Größe']],
  ['', []],
])('the ids of %j are whatever stands between white space', (line, ids) => {
  expect(idsOf(line)).toEqual(ids);
});

test('items have rows in the order in which they first occur, and nothing but their id', () => {
  const items = new ItemRows();
  expect(['b', '10', 'b', '2', '10'].map((id) => items.rowOf(id))).toEqual([0, 1, 0, 2, 1]);
  expect(items.find('2')).toBe(2);
  expect(items.find('c')).toBeUndefined();
  expect(items.items().map(({ id, title, description }) => [id, title, description])).toEqual([
    ['b', '', ''],
    ['10', '', ''],
    ['2', '', ''],
  ]);
});

describe('a line', () => {
  test('is baskets of one item each, a minute apart, an hour after the line before', () => {
    expect(basketsOfLine('ann', [4, 9], 3)).toEqual([
      { customer: 'ann', orderId: 'ann', atMs: 180 * MINUTE_MS, rows: [4] },
      { customer: 'ann', orderId: 'ann', atMs: 181 * MINUTE_MS, rows: [9] },
    ]);
  });

  test('is told as views at the times of its baskets', () => {
    const events = eventsOfLine(['b', 'c'], 3);
    expect(events).toEqual([
      { kind: 'view', itemId: 'b', atMs: 180 * MINUTE_MS },
      { kind: 'view', itemId: 'c', atMs: 181 * MINUTE_MS },
    ]);
  });

  test('is one visit', () => {
    expect(MINUTE_MS).toBeLessThan(SESSION_GAP_MS);
    expect(gapBucket(MINUTE_MS)).toBe(1);
  });
});
