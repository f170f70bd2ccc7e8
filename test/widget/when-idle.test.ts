import { afterEach, expect, test, vi } from 'vitest';
import { whenIdle } from '#widget/when-idle.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test('a step waits for the browser’s idle time where there is any, and for nothing else', async () => {
  const idle: (() => void)[] = [];
  vi.stubGlobal('requestIdleCallback', (run: () => void) => idle.push(run));
  const step = vi.fn(async () => {});
  whenIdle(step);
  await afterWaitingTasks();
  expect(step).not.toHaveBeenCalled();
  expect(idle).toHaveLength(1);
  idle[0]?.();
  expect(step).toHaveBeenCalledOnce();
});

test('a step has a task of its own, after those that wait, where a browser knows no idle time', async () => {
  vi.stubGlobal('requestIdleCallback', undefined);
  const done: string[] = [];
  setTimeout(() => done.push('a task that waited'));
  whenIdle(async () => void done.push('the step'));
  done.push('what asked for it');
  await Promise.resolve().then(() => done.push('its promises'));
  await afterWaitingTasks();
  expect(done).toEqual(['what asked for it', 'its promises', 'a task that waited', 'the step']);
});

test('a step that fails is let go', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  vi.stubGlobal('requestIdleCallback', (run: () => void) => run());
  whenIdle(() => Promise.reject(new Error('expected no network')));
  await afterWaitingTasks();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

function afterWaitingTasks(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
