import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readDataset } from '#trainer/dataset.ts';
import { importLines, OWN_HEADER, openScratchWorkspace, ownLine } from './import-fixture.ts';

test('a shop without an import is told which command to run', async () => {
  const workspace = await openScratchWorkspace();
  await expect(readDataset(workspace)).rejects.toThrow(
    /^expected \S+catalog\.json, but it cannot be read; run "vitrine import orders FILE" or .* for shop test-shop first$/,
  );
});

test.each([
  ['fewer baskets than the report says', 'basketsFile', '', 'expected 1 items and 1 baskets'],
  [
    'an item that is not in the catalog',
    'basketsFile',
    '{"customer":"ann","orderId":"o7","atMs":5,"rows":[1]}\n',
    'baskets with other items',
  ],
  [
    'a row that is no number',
    'basketsFile',
    '{"customer":"ann","orderId":"o7","atMs":5,"rows":["0"]}\n',
    'baskets.jsonl, line 1 at rows.0',
  ],
  ['half a line', 'basketsFile', '{"customer":"ann"', 'expected JSON in'],
  ['an empty catalog', 'catalogFile', '[]', 'as import.json says, came 0 and 1'],
] as const)('a dataset with %s is refused', async (_, file, content, expected) => {
  const workspace = await openScratchWorkspace();
  await importLines([OWN_HEADER, ownLine()], workspace);
  await writeFile(workspace[file], content);
  const failed = readDataset(workspace);
  await expect(failed).rejects.toThrow(expected);
  await expect(failed).rejects.toThrow('run the import again');
});
