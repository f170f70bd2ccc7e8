import { afterEach, expect, test, vi } from 'vitest';
import { yieldToInput } from '#widget/yield-to-input.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('the browser’s own way to yield is taken where there is one', async () => {
  const yielded = vi.fn(async () => {});
  vi.stubGlobal('scheduler', { yield: yielded });
  await yieldToInput();
  expect(yielded).toHaveBeenCalledOnce();
});

test.each([undefined, {}])('elsewhere a page goes on after tasks that wait', async (scheduler) => {
  vi.stubGlobal('scheduler', scheduler);
  const order: string[] = [];
  setTimeout(() => order.push('waiting task'));
  await yieldToInput();
  order.push('went on');
  expect(order).toEqual(['waiting task', 'went on']);
});
