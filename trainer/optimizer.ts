import * as tf from '@tensorflow/tfjs-core';
import { CONFIG } from './config.ts';
import { DenseAdam } from './dense-adam.ts';
import { dropValues, keepMask } from './dropout.ts';
import type { Network } from './network.ts';
import { RowAdam } from './row-adam.ts';
import { sampledSoftmaxLoss } from './sampled-softmax.ts';
import type { Random } from './seeded-random.ts';
import { readRows } from './table-rows.ts';
import type { TrainingBatch } from './training-batch.ts';

/** Tensors' values in an order that only {@link Optimizer} knows. */
export type OptimizerState = readonly Float32Array[];

export interface StepOptions {
  readonly learningRate: number;
  /** Share of values left out of the encoder's input, and of what its two layers add. */
  readonly dropout: number;
  readonly random: Random;
}

/** A network in training: its weights and Adam's moments. */
export class Optimizer {
  readonly #network: Network;
  readonly #dense: DenseAdam;
  readonly #rows: RowAdam;

  constructor(network: Network) {
    this.#network = network;
    this.#dense = new DenseAdam(network.dense);
    this.#rows = new RowAdam(network.deltas);
  }

  /** @returns The batch's loss before the step. */
  async takeStep(batch: TrainingBatch, options: StepOptions): Promise<number> {
    const value = tf.tidy(() => this.#step(batch, options));
    const [loss] = await value.data();
    value.dispose();
    return loss as number;
  }

  #step(batch: TrainingBatch, { learningRate, dropout, random }: StepOptions): tf.Scalar {
    const network = this.#network;
    const { dense } = network;
    const numRows = batch.itemRows.size;
    const deltas = readRows(network.deltas, batch.itemRows); // [V, D]
    const deltaDropout = network.shape.textDim === 0 ? 0 : CONFIG.deltaDropout; // nothing would be left
    const keepDelta = tf.tensor2d(keepMask(numRows, deltaDropout, random).map(Math.sign), [numRows, 1]);
    const lossOf = (): tf.Scalar => {
      const vectors = network.vectorsOf(batch.itemRows, { deltas, keepDelta, graph: batch.graph });
      const sessions = network.encode(batch, vectors, (values) => dropValues(values, dropout, random));
      return sampledSoftmaxLoss(sessions, vectors, batch.softmax);
    };
    const { value, grads } = tf.engine().gradients(lossOf, [...dense, deltas], undefined, true);
    this.#dense.apply(grads.slice(0, -1), learningRate);
    this.#rows.apply(batch.itemRows, grads.at(-1) as tf.Tensor2D, learningRate);
    return value as tf.Scalar;
  }

  /** Copies of all that the next step depends on. */
  async read(): Promise<OptimizerState> {
    const values = await Promise.all(this.#tensors.map(async (tensor) => Float32Array.from(await tensor.data())));
    return [Float32Array.of(this.#rows.numSteps), ...values];
  }

  /** Goes back to a state that was read from an optimizer of the same network. */
  restore([steps, ...values]: OptimizerState): void {
    this.#tensors.forEach((variable, i) => {
      const restored = tf.tensor(values[i] as Float32Array, variable.shape);
      variable.assign(restored);
      restored.dispose();
    });
    const numSteps = steps?.[0] ?? 0;
    this.#dense.numSteps = numSteps;
    this.#rows.numSteps = numSteps;
  }

  get #tensors(): tf.Variable[] {
    return [...this.#network.dense, this.#network.deltas, ...this.#rows.moments, ...this.#dense.moments];
  }

  dispose(): void {
    this.#dense.dispose();
    this.#rows.dispose();
  }
}
