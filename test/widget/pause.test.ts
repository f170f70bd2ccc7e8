import { describe, expect, test } from 'vitest';
import { createPause } from '#widget/pause.ts';

/** As promised: under this a page's thread is given back after each step that ends past it. */
const SLICE_MS = 4;

/** A clock that stands still but for the work that is done. */
class WorkClock {
  nowMs = 1000;
  /** How long the thread was held each time before it was given back. */
  readonly slicesMs: number[] = [];
  #sinceMs = this.nowMs;

  readonly now = (): number => this.nowMs;

  /** Others have the thread for a while. */
  readonly yieldThread = async (): Promise<void> => {
    this.slicesMs.push(this.nowMs - this.#sinceMs);
    this.nowMs += 30;
    this.#sinceMs = this.nowMs;
  };
}

describe('work in a page', () => {
  test.each([0.3, 0.9, 2.5])('in steps of up to %d ms holds the thread for a slice and one step', async (stepMs) => {
    const clock = new WorkClock();
    const pause = createPause(clock.now, clock.yieldThread);
    for (let step = 0; step < 200; step++) {
      clock.nowMs += stepMs * (0.5 + 0.5 * Math.sin(step) ** 2);
      await pause();
    }
    expect(clock.slicesMs.length).toBeGreaterThan(20 * stepMs);
    for (const sliceMs of clock.slicesMs) {
      expect(sliceMs).toBeGreaterThanOrEqual(SLICE_MS);
      expect(sliceMs).toBeLessThan(SLICE_MS + stepMs);
    }
  });

  test('that is done within a slice is not held up', () => {
    const clock = new WorkClock();
    const pause = createPause(clock.now, clock.yieldThread);
    clock.nowMs += 1.3;
    expect(pause()).toBeUndefined();
    clock.nowMs += 2.6;
    expect(pause()).toBeUndefined();
    expect(clock.slicesMs).toEqual([]);
  });

  test('lets tasks that wait go first', async () => {
    const done: string[] = [];
    const { promise: hasClicked, resolve: click } = Promise.withResolvers<void>();
    let nowMs = 0;
    const pause = createPause(() => nowMs);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      done.push('a click');
      port1.close();
      click();
    };
    port2.postMessage('click');
    nowMs += 5;
    await pause();
    done.push('more work');
    await hasClicked;
    expect(done).toEqual(['a click', 'more work']);
  });
});
