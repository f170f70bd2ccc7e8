/** Safari has no `requestIdleCallback`; there a task of its own has to do. A step that fails is let go. */
export function whenIdle(step: () => Promise<void>): void {
  const run = () => void step().catch(() => {});
  (globalThis.requestIdleCallback ?? setTimeout)(run);
}
