import { expect, test } from 'vitest';
import { readCsvRecords } from '#trainer/csv-file.ts';

/** Feeds the text in pieces of 7 characters, so that every boundary is somewhere inside a record. */
async function* inPieces(text: string): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += 7) yield text.slice(start, start + 7);
}

const read = (text: string) => Array.fromAsync(readCsvRecords('orders.csv', inPieces(text)));

test.each([
  ['comma', ','],
  ['semicolon', ';'],
  ['tab', '\t'],
])('a file delimited by %s is recognized from its header', async (_, delimiter) => {
  const text = [
    ['order', 'item', 'title'],
    ['o7', 'mug', '"Blue, small; new"'],
  ]
    .map((row) => row.join(delimiter))
    .join('\n');
  expect((await read(text)).map(({ fields }) => fields)).toEqual([
    ['order', 'item', 'title'],
    ['o7', 'mug', 'Blue, small; new'],
  ]);
});

test('delimiters inside quoted column names do not count', async () => {
  const [header] = await read('"a,b,c,d";e\n1;2\n');
  expect(header?.fields).toEqual(['a,b,c,d', 'e']);
});

test('records know their line, across empty lines and line feeds inside quotes', async () => {
  const records = await read('a,b\r\n\r\n1,"two\r\nlines"\r\n3,4\r\n');
  expect(records).toEqual([
    { line: 1, fields: ['a', 'b'] },
    { line: 4, fields: ['1', 'two\r\nlines'] },
    { line: 5, fields: ['3', '4'] },
  ]);
});

test('a record with another number of fields is refused with its line', async () => {
  await expect(read('a,b,c\n1,2,3\n1,2,3,4\n')).rejects.toThrow(
    'orders.csv, line 3: expected as many fields as the header has, came 4',
  );
});

test('a quote that stays open is refused', async () => {
  await expect(read('a,b\n1,"two\n3,4\n')).rejects.toThrow(
    /^orders\.csv, line \d+: expected every quoted field to be closed/,
  );
});

test('text after a closing quote is refused', async () => {
  await expect(read('a,b\n1,"two" and\n')).rejects.toThrow(
    'orders.csv, line 2: expected CSV with fields quoted as RFC 4180 says',
  );
});

test('an empty file has no records', async () => {
  expect(await read('')).toEqual([]);
});
