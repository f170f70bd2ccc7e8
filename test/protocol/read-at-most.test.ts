import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes } from '#protocol/bytes.ts';
import { readAtMost } from '#protocol/read-at-most.ts';

/** A stream of these parts, endless if the last one is to be repeated. */
function streamOf(parts: readonly Uint8Array[], isEndless = false) {
  let next = 0;
  const asked = { isCanceled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = parts[next] ?? (isEndless ? parts.at(-1) : undefined);
      next++;
      if (part) controller.enqueue(part);
      else controller.close();
    },
    cancel() {
      asked.isCanceled = true;
    },
  });
  return { stream, asked };
}

test('a stream is read as its parts in order, up to the limit and not a byte further', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 9 }), async (parts) => {
      const whole = concatBytes(...parts);
      expect(await readAtMost(streamOf(parts).stream, whole.length)).toEqual(whole);
      if (whole.length === 0) return;
      await expect(readAtMost(streamOf(parts).stream, whole.length - 1)).rejects.toThrow(RangeError);
    }),
    { seed: 48, numRuns: 60 },
  );
});

test('a stream that does not end is canceled at the limit', async () => {
  const { stream, asked } = streamOf([Uint8Array.of(3, 5, 8)], true);
  await expect(readAtMost(stream, 1000)).rejects.toThrow('expected at most 1000 bytes, got more');
  expect(asked.isCanceled).toBe(true);
});
