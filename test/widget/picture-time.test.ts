import { expect, test } from 'vitest';
import { pictureTimeMs } from '#widget/picture-time.ts';

test.each([
  [100, 0],
  [434, 167],
  [2000, 950],
])('after a loader of %d ms the page’s pictures have the line for %d ms', (loaderMs, expectedMs) => {
  expect(pictureTimeMs(loaderMs)).toBe(expectedMs);
});

test('a loader from the cache leaves them none', () => {
  expect(pictureTimeMs(0)).toBeLessThanOrEqual(0);
});
