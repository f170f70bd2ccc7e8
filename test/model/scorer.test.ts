import { afterAll, describe, expect, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import { createSimdScorer } from '#model/simd-scorer.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { GpuPage } from './gpu-page.ts';
import { randomItems } from './random-model.ts';
import { scorerContract } from './scorer-contract.ts';

scorerContract('js', async (items) => createJsScorer(items));
scorerContract('simd', createSimdScorer);

test('the simd scorer refuses rows that are no multiple of its eight lanes', async () => {
  await expect(createSimdScorer(randomItems(5, 12, seededRandom(520)))).rejects.toThrow(
    'expected dim to be a multiple of 8, got 12',
  );
});

test('scorers of two tables do not disturb each other', async () => {
  const [small, large] = [randomItems(9, 8, seededRandom(521)), randomItems(40, 8, seededRandom(522))];
  const [first, second] = [await createSimdScorer(small), await createSimdScorer(large)];
  const query = Float32Array.of(0.4, -3, 2, 0.7, -0.1, 5, 0.3, -2);
  const [before, after] = [new Float32Array(9), new Float32Array(9)];
  await first.score(query, before);
  await second.score(query, new Float32Array(40));
  await first.score(query, after);
  expect(after).toEqual(before);
});

const gpu = await GpuPage.open();
afterAll(() => gpu?.close());
if (!gpu) process.stdout.write('no WebGPU adapter in the browser: the webgpu scorer is not tested\n');
describe.skipIf(!gpu)('in a browser', () => {
  scorerContract('webgpu', (items) => (gpu as GpuPage).createScorer(items));
});
