import * as tf from '@tensorflow/tfjs-core';
import { adamStep, zeroMoment } from './adam-step.ts';
import { readRows, writeRows } from './table-rows.ts';

/**
 * Adam on the rows of a table that a step touched; the others rest, moments
 * included, so that a step's cost follows the batch and not the catalog.
 */
export class RowAdam {
  readonly #table: tf.Variable<tf.Rank.R2>;
  readonly #means: tf.Variable<tf.Rank.R2>;
  readonly #squares: tf.Variable<tf.Rank.R2>;
  /** Steps taken. */
  numSteps = 0;

  /** @param table `[N, D]`, changed by {@link apply}; stays the caller's. */
  constructor(table: tf.Variable<tf.Rank.R2>) {
    this.#table = table;
    this.#means = zeroMoment(table);
    this.#squares = zeroMoment(table);
  }

  /**
   * One step.
   *
   * @param rows int32 `[U]`, all different. @param gradient `[U, D]`.
   */
  apply(rows: tf.Tensor1D, gradient: tf.Tensor2D, learningRate: number): void {
    this.numSteps++;
    const { numSteps } = this;
    tf.tidy(() => {
      const moments = { mean: readRows(this.#means, rows), square: readRows(this.#squares, rows) };
      const { mean, square, step } = adamStep(gradient, moments, { numSteps, learningRate });
      writeRows(this.#means, rows, mean as tf.Tensor2D);
      writeRows(this.#squares, rows, square as tf.Tensor2D);
      writeRows(this.#table, rows, tf.sub(readRows(this.#table, rows), step));
    });
  }

  get moments(): tf.Variable[] {
    return [this.#means, this.#squares];
  }

  dispose(): void {
    tf.dispose(this.moments);
  }
}
