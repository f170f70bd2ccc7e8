import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ItemId } from '#protocol/ids.ts';
import { addItemTexts } from '#trainer/evaluation/item-texts.ts';
import { InputError } from '#trainer/input-error.ts';
import { catalogItem } from '../dataset-fixture.ts';
import { writeScratchFile } from '../scratch-folder.ts';

const ITEMS = ['12', 'mug-7', '3'].map((id, row) =>
  catalogItem(row, { id: id as ItemId, title: '', categories: [], description: '' }),
);
const addTexts = async (content: string | Uint8Array) =>
  addItemTexts(ITEMS, await writeScratchFile('texts.jsonl', content));

const LINES = [
  '{"id":"mug-7","title":"Red mug","attrs":["kitchen",42],"price":4}',
  '{"id":99,"title":"Of another log"}',
  '{"id":12,"keywords":"cup tea"}',
];

describe('item texts', () => {
  test('give items their titles, or keywords, and attributes; a number may be an id', async () => {
    const items = await addTexts(LINES.join('\n'));
    expect(items.map(({ id, title, categories }) => [id, title, categories])).toEqual([
      ['12', 'cup tea', []],
      ['mug-7', 'Red mug', ['kitchen', '42']],
      ['3', '', []],
    ]);
  });

  test('leave everything else of the items and their order as they are', async () => {
    const items = await addTexts(LINES.join('\n'));
    expect(items.map((item, row) => ({ ...item, title: '', categories: ITEMS[row]?.categories }))).toEqual(ITEMS);
  });

  test('may have Windows line ends and be gzipped', async () => {
    expect(await addTexts(gzipSync(`${LINES.join('\r\n')}\r\n`))).toEqual(await addTexts(LINES.join('\n')));
  });

  test('of an item may be nothing', async () => {
    expect((await addTexts('{"id":"3"}'))[2]).toMatchObject({ title: '', categories: [] });
  });

  test.each<[string, string, string]>([
    ['no JSON', 'id,title', 'expected a JSON object in '],
    ['an empty line', '', 'expected a JSON object in '],
    ['no id', '{"title":"Red mug"}', 'expected an object with id, and title, keywords or attrs, in '],
    ['no object', '["mug-7"]', 'expected an object with id, '],
    ['null', 'null', 'expected an object with id, '],
    ['a title that is no text', '{"id":"3","title":7}', 'expected an object with id, '],
    ['attributes that are no list', '{"id":"3","attrs":"kitchen"}', 'expected an object with id, '],
  ])('are refused where a line is %s, with its number', async (_, line, message) => {
    const failed = addTexts([LINES[0], line, LINES[2]].join('\n'));
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(message);
    await expect(failed).rejects.toThrow(/texts\.jsonl, line 2, came .*; correct it$/);
  });

  test('are refused where none is of an item of the log', async () => {
    const failed = addTexts('{"id":"98"}\n{"id":"99"}\n');
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(/^expected items of the log in \S+, came 2 others; check that the ids match$/);
  });

  test('are refused where there is no such file', async () => {
    await expect(addItemTexts(ITEMS, 'none.jsonl')).rejects.toThrow(InputError);
  });
});
