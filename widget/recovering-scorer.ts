import type { Scorer } from '#model/scorer.ts';
import { GpuLostError } from '#model/webgpu/gpu-lost-error.ts';

type Changed = Parameters<Scorer['refresh']>[0];

/**
 * A scorer on a GPU that may be lost at any time.
 *
 * Guarantees:
 * - The query during which it is lost is answered, by `fallback`, and so are those after it.
 * - The first time, another one is made meanwhile and takes over when it is there. The second loss, or a
 *   failure to make another one, is final.
 *
 * @param gpu Rejects with a {@link GpuLostError} when it is lost. Disposed of by this scorer, as are the others.
 * @param createAgain Makes another one, from the table as it is by then.
 * @param fallback On the processor, over the same table.
 */
export function createRecoveringScorer({
  gpu,
  createAgain,
  fallback,
}: {
  readonly gpu: Scorer;
  readonly createAgain: () => Promise<Scorer>;
  readonly fallback: Scorer;
}): Scorer {
  let current = gpu;
  let hasTriedAgain = false;
  let isDisposed = false;
  let changedMeanwhile: Changed[] | undefined; // while another one is made, which may have read the table before

  const tryAgain = async (): Promise<void> => {
    changedMeanwhile = [];
    try {
      const another = await createAgain();
      if (isDisposed) return another.dispose();
      for (const changed of changedMeanwhile) another.refresh(changed);
      current = another;
    } catch {
      // The fallback answers for good.
    } finally {
      changedMeanwhile = undefined;
    }
  };

  const fallBack = (lost: Scorer): void => {
    if (current !== lost) return; // another query of the same time has seen to it
    lost.dispose();
    current = fallback;
    if (hasTriedAgain) return;
    hasTriedAgain = true;
    void tryAgain();
  };

  return {
    get kind() {
      return current.kind;
    },
    async top(asked) {
      const asking = current;
      try {
        return await asking.top(asked);
      } catch (error) {
        if (!(error instanceof GpuLostError)) throw error;
        fallBack(asking);
        return fallback.top(asked);
      }
    },
    refresh(changed) {
      fallback.refresh(changed);
      changedMeanwhile?.push(changed);
      if (current !== fallback) current.refresh(changed);
    },
    dispose() {
      isDisposed = true;
      if (current !== fallback) current.dispose();
      fallback.dispose();
    },
  };
}
