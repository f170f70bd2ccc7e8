import { expect, test } from 'vitest';
import { quantizeRows } from '#model/item-table.ts';
import type { Model } from '#model/model.ts';
import { alignedCopy } from '#protocol/bytes.ts';
import { type Codebooks, encodeCodebooks } from '#protocol/item-codes.ts';
import { chooseItemEncoding, withCodebooks } from '#trainer/item-encoding.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { encodeModel, shippedModel } from '#trainer/trained-model.ts';
import { randomTrained } from './trained-fixture.ts';

/** A model of so many items, but few different vectors: k-means ends soon. */
function trainedOf(numItems: number) {
  const trained = randomTrained(341, { numItems, dim: 16, numGroups: 50 });
  return { ...trained, itemVectors: trained.itemVectors.map((_, i) => trained.itemVectors[i % (90 * 16)] as number) };
}

const LARGE = trainedOf(50_001);
const INT8 = quantizeRows(LARGE.itemVectors, 16);

/** Int8 rows are those that the vectors are quantized to; rows from codes are only close to them. */
function isCoded({ items }: Model): boolean {
  return items.scales.some((scale, row) => scale !== INT8.scales[row]);
}

test.each([
  ['1.9 %', 0.1962, 'codes'],
  ['2.1 %', 0.1958, 'int8'],
])(
  'a catalog above 50,000 items that loses %s of NDCG@20 by codes ships as it should',
  async (_, codes, encoding) => {
    const asked: boolean[] = [];
    const choice = await chooseItemEncoding(LARGE, {
      measureNdcg(model) {
        asked.push(isCoded(model));
        return isCoded(model) ? codes : 0.2;
      },
      random: seededRandom(5),
    });
    expect(choice).toEqual({ encoding, ndcg: { int8: 0.2, codes } });
    expect(asked).toEqual([false, true]);
  },
  120_000,
);

test('where there is nothing to measure on, items ship as int8', async () => {
  for (const nothing of [0, Number.NaN]) {
    const choice = await chooseItemEncoding(LARGE, { measureNdcg: () => nothing, random: seededRandom(5) });
    expect(choice).toEqual({ encoding: 'int8' });
  }
});

test('a catalog of 50,000 items ships as int8 without being measured', async () => {
  const measureNdcg = () => {
    throw new Error('expected no question');
  };
  const choice = await chooseItemEncoding(trainedOf(50_000), { measureNdcg, random: seededRandom(5) });
  expect(choice).toEqual({ encoding: 'int8' });
});

test('a model with codebooks ships rows that stand for its own, and is else the same', () => {
  const trained = trainedOf(400);
  const coded = withCodebooks(trained, seededRandom(8));
  const [int8, codes] = [shippedModel(trained), shippedModel(coded)];
  expect({ ...codes, items: 0, means: 0 }).toEqual({ ...int8, items: 0, means: 0 });
  trained.itemVectors.forEach((value, i) => {
    const scale = codes.items.scales[Math.floor(i / 16)] as number;
    expect(scale * (codes.items.values[i] as number)).toBeCloseTo(value, 1);
  });
});

test('a round’s change of the item vectors changes codes and leaves the codebooks', () => {
  const coded = withCodebooks(trainedOf(400), seededRandom(9));
  const moved = { ...coded, itemVectors: coded.itemVectors.map((value, i) => (i < 16 ? -value : value)) };
  const [before, after] = [shippedModel(coded), shippedModel(moved)];
  expect(after.items.values.subarray(16)).toEqual(before.items.values.subarray(16));
  expect(after.items.values.subarray(0, 16)).not.toEqual(before.items.values.subarray(0, 16));
  const shipped = encodeModel(moved).find(({ kind }) => kind === 'codebooks')?.bytes;
  expect(shipped).toEqual(alignedCopy(encodeCodebooks(coded.codebooks as Codebooks)));
});
