import { readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '#trainer/input-error.ts';
import { withCodebooks } from '#trainer/item-encoding.ts';
import {
  datasetDigest,
  findModel,
  isStillRight,
  loadModel,
  type ModelRecord,
  saveModel,
} from '#trainer/model-store.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import type { ShopWorkspace } from '#trainer/workspace.ts';
import { importLines, OWN_HEADER, openScratchWorkspace, ownLine } from './import-fixture.ts';
import { randomTrained } from './trained-fixture.ts';

const TRAINED = randomTrained(331);
const RECORD: Omit<ModelRecord, 'config' | 'words' | 'rareWords'> = {
  datasetDigest: '5a'.repeat(32),
  itemsDigest: '5c'.repeat(32),
  backend: 'wasm (SIMD, 1 thread)',
  trainSeconds: 12.5,
  seed: 7,
  minCustomers: 5,
};

async function savedWorkspace(): Promise<ShopWorkspace> {
  const workspace = await openScratchWorkspace();
  await saveModel(workspace, TRAINED, RECORD);
  return workspace;
}

describe('a stored model', () => {
  test('comes back as it was saved, its encoder as it ships: in binary16', async () => {
    const { trained, record } = await loadModel(await savedWorkspace());
    const { encoder, ...rest } = trained;
    const { encoder: savedEncoder, ...savedRest } = TRAINED;
    expect(rest).toEqual(savedRest);
    expect(encoder.query).toEqual(savedEncoder.query.map(Math.f16round));
    const rareWords = [...TRAINED.rareWords];
    expect(record).toEqual({ config: TRAINED.config, words: TRAINED.words, rareWords, ...RECORD });
  });

  test('comes back the same after being saved again', async () => {
    const workspace = await savedWorkspace();
    const first = await loadModel(workspace);
    await saveModel(workspace, first.trained, RECORD);
    expect(await loadModel(workspace)).toEqual(first);
  });

  test('keeps its codebooks, and the next one without them has none', async () => {
    const workspace = await openScratchWorkspace();
    const coded = withCodebooks(randomTrained(333, { dim: 16 }), seededRandom(41));
    await saveModel(workspace, coded, RECORD);
    expect((await loadModel(workspace)).trained.codebooks).toEqual(coded.codebooks);
    await saveModel(workspace, { ...coded, codebooks: undefined }, RECORD);
    expect((await loadModel(workspace)).trained.codebooks).toBeUndefined();
  });

  test('is replaced as a whole by the next', async () => {
    const workspace = await savedWorkspace();
    const next = randomTrained(332, { numItems: 9, numGroups: 4 });
    await saveModel(workspace, next, { ...RECORD, seed: 41 });
    const { trained, record } = await loadModel(workspace);
    expect(trained.itemVectors).toEqual(next.itemVectors);
    expect(record.seed).toBe(41);
  });

  test('that is not there yet is missing to whoever asks, and an error to whoever needs it', async () => {
    const workspace = await openScratchWorkspace();
    expect(await findModel(workspace)).toBeUndefined();
    await expect(loadModel(workspace)).rejects.toThrow(
      /^expected a trained model in \S+, found none; run "vitrine train" for shop test-shop first$/,
    );
  });

  const files = ['item-vectors', 'word-vectors', 'encoder', 'neighbors', 'popularity', 'groups'];
  test.each<[string, (dir: string) => Promise<void>]>([
    ...files.map((name): [string, (dir: string) => Promise<void>] => [
      `its ${name} file is cut`,
      async (dir) => {
        const path = join(dir, `${name}.bin`);
        await truncate(path, (await readFile(path)).length - 4);
      },
    ]),
    ...files.map((name): [string, (dir: string) => Promise<void>] => [
      `its ${name} file is gone`,
      (dir) => unlink(join(dir, `${name}.bin`)),
    ]),
    ['its record is no JSON', (dir) => writeFile(join(dir, 'model.json'), '{"config":')],
    ['its record lacks the configuration', (dir) => writeFile(join(dir, 'model.json'), '{"words":[]}')],
    [
      'its record is of another model',
      async (dir) => {
        const record = JSON.parse(await readFile(join(dir, 'model.json'), 'utf8'));
        await writeFile(
          join(dir, 'model.json'),
          JSON.stringify({ ...record, config: { ...record.config, numItems: 22 } }),
        );
      },
    ],
  ])('is refused with advice when %s', async (_, damage) => {
    const workspace = await savedWorkspace();
    await damage(workspace.modelDir);
    const failed = loadModel(workspace);
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(/^expected a whole trained model in .*; run "vitrine train" again$/);
  });
});

describe('the digest of a dataset', () => {
  test('changes with the orders and stays with the same import', async () => {
    const digestAfter = async (quantity: string, item: string) => {
      const workspace = await openScratchWorkspace();
      await importLines([OWN_HEADER, ownLine({ quantity, item })], workspace);
      return datasetDigest(workspace);
    };
    const first = await digestAfter('2', 'mug');
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestAfter('2', 'mug')).toBe(first);
    expect(await digestAfter('2', 'lamp')).not.toBe(first);
  });
});

test.each([
  ['the same dataset and threshold', {}, true],
  ['another dataset', { datasetDigest: '5b'.repeat(32) }, false],
  ['a higher threshold', { minCustomers: 6 }, false],
  ['a lower threshold, which it keeps', { minCustomers: 4 }, true],
])('a stored model asked for with %s', (_, wanted, isRight) => {
  expect(isStillRight(RECORD, { ...RECORD, ...wanted })).toBe(isRight);
});
