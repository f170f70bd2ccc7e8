import { beforeEach, expect, test } from 'vitest';
import { pageLoaded } from '#widget/page-loaded.ts';

/** What is read of a window, played by a test. */
class FakePage {
  readonly document: { readyState: DocumentReadyState } = { readyState: 'interactive' };
  readonly timers: { readonly run: () => void; readonly ms: number | undefined }[] = [];
  readonly frames: (() => void)[] = [];
  readonly #target = new EventTarget();
  readonly addEventListener = this.#target.addEventListener.bind(this.#target);
  readonly setTimeout = (run: () => void, ms?: number): void => void this.timers.push({ run, ms });
  readonly requestAnimationFrame = (draw: () => void): void => void this.frames.push(draw);

  load(): void {
    this.document.readyState = 'complete';
    this.#target.dispatchEvent(new Event('load'));
  }
}

let page: FakePage;
let isLoaded: boolean;
beforeEach(() => {
  page = new FakePage();
  isLoaded = false;
});

/** @returns When it has been told. */
function watch(maxWaitMs?: number): Promise<void> {
  return pageLoaded(page as unknown as Window, maxWaitMs).then(() => {
    isLoaded = true;
  });
}

test('a page that is still loading is waited for, and the frame with what has come', async () => {
  const loaded = watch();
  page.load();
  await Promise.resolve();
  expect(isLoaded).toBe(false);
  page.frames[0]?.();
  await Promise.resolve();
  expect(isLoaded).toBe(false);
  page.timers.find(({ ms }) => ms === undefined)?.run(); // the frame is drawn
  await loaded;
  expect(isLoaded).toBe(true);
});

test('a page that has loaded is not waited for', async () => {
  page.document.readyState = 'complete';
  await watch();
  expect(page.timers).toEqual([]);
});

test('no page is waited for where there is no time', async () => {
  await watch(-3);
  expect(page.timers).toEqual([]);
});

test.each([
  [undefined, 10_000],
  [170, 170],
])('with a longest wait of %d ms, a picture that never comes is waited for %d ms', async (maxWaitMs, expectedMs) => {
  const loaded = watch(maxWaitMs);
  expect(page.timers.map(({ ms }) => ms)).toEqual([expectedMs]);
  page.timers[0]?.run();
  await loaded;
  expect(isLoaded).toBe(true);
});
