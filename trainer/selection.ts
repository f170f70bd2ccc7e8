import type { Basket } from './dataset.ts';
import type { TestCase } from './test-cases.ts';

/** What every choice is made on: a recommender that knows `before` is asked `cases`. */
export interface Selection {
  /** By time. */
  readonly before: readonly Basket[];
  readonly cases: readonly TestCase[];
}
