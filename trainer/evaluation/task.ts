import type { Dataset } from '#trainer/dataset.ts';
import type { Selection } from '#trainer/selection.ts';
import type { TestCase } from '#trainer/test-cases.ts';

export type Protocol = 'sessions' | 'sequences' | 'orders';

/** One evaluation: what may be learned from, what choices are made on, what is asked in the end. */
export interface EvaluationTask {
  /** Name of the file or folder. */
  readonly dataset: string;
  readonly protocol: Protocol;
  /** Everything that may be learned from. */
  readonly known: Dataset;
  readonly selection: Selection;
  /** Asked once, of the finished recommenders. */
  readonly cases: readonly TestCase[];
  /** Whether items in a case's own events are left out of its ranking. */
  readonly excludesSeen: boolean;
  /** Of order logs: what lies on both sides of the cut, for cuts at other times. */
  readonly timeline?: { readonly dataset: Dataset; readonly testFromMs: number };
}
