import { expect, test } from 'vitest';
import { benchSizes } from '../bench/sizes.ts';

test('every shipped script stays within its limit of brotli bytes', async () => {
  const [, ...rows] = await benchSizes();
  expect(rows.map(([name]) => name).sort()).toEqual([
    'learner',
    'main',
    'privacy',
    'vitrine',
    'worker',
    'worker-webgpu',
  ]);
  for (const [name, , brotliBytes, limit] of rows) {
    expect(brotliBytes, String(name)).toBeLessThanOrEqual(Number(limit));
  }
});
