import { beforeEach, expect, test } from 'vitest';
import { pageLoaded } from '#widget/page-loaded.ts';

/** What is read of a window, played by a test. */
class FakePage {
  readonly document: { readyState: DocumentReadyState } = { readyState: 'interactive' };
  readonly timers: { readonly run: () => void; readonly ms: number }[] = [];
  readonly #target = new EventTarget();
  readonly addEventListener = this.#target.addEventListener.bind(this.#target);
  readonly setTimeout = (run: () => void, ms: number): void => void this.timers.push({ run, ms });

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
function watch(): Promise<void> {
  return pageLoaded(page as unknown as Window).then(() => {
    isLoaded = true;
  });
}

test('a page that is still loading is waited for', async () => {
  const loaded = watch();
  await Promise.resolve();
  expect(isLoaded).toBe(false);
  page.load();
  await loaded;
  expect(isLoaded).toBe(true);
});

test('a page that has loaded is not waited for', async () => {
  page.document.readyState = 'complete';
  await watch();
  expect(page.timers).toEqual([]);
});

test('a page with a picture that never comes is waited for no longer than ten seconds', async () => {
  const loaded = watch();
  expect(page.timers.map(({ ms }) => ms)).toEqual([10_000]);
  page.timers[0]?.run();
  await loaded;
  expect(isLoaded).toBe(true);
});
