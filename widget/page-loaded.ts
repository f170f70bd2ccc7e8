/** A page with a picture that never comes is not waited for longer than this. */
const MAX_WAIT_MS = 10_000;

/**
 * Resolves when a page has loaded all that it needs itself, and has drawn it: what comes after takes nothing from it.
 *
 * @param maxWaitMs At the latest after this; at once if it is not above 0.
 */
export function pageLoaded(page: Window, maxWaitMs = MAX_WAIT_MS): Promise<unknown> {
  return new Promise((resolve) => {
    if (page.document.readyState === 'complete' || maxWaitMs <= 0) return resolve(0);
    page.addEventListener('load', () => page.requestAnimationFrame(() => page.setTimeout(resolve)));
    page.setTimeout(resolve, maxWaitMs);
  });
}
