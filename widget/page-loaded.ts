/** A page with a picture that never comes is not waited for longer than this. */
const MAX_WAIT_MS = 10_000;

/** Resolves when a page has loaded all that it needs itself: what comes after takes nothing from it. */
export function pageLoaded(page: Window): Promise<void> {
  return new Promise((resolve) => {
    if (page.document.readyState === 'complete') return resolve();
    page.addEventListener('load', () => resolve(), { once: true });
    page.setTimeout(resolve, MAX_WAIT_MS);
  });
}
