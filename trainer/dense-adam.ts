import * as tf from '@tensorflow/tfjs-core';
import { adamStep, zeroMoment } from './adam-step.ts';

/** Adam on whole variables. Unlike that of tfjs, it can go on from where another one was, bit for bit. */
export class DenseAdam {
  readonly #variables: readonly tf.Variable[];
  readonly #means: readonly tf.Variable[];
  readonly #squares: readonly tf.Variable[];
  /** Steps taken. */
  numSteps = 0;

  /** @param variables Changed by {@link apply}; stay the caller's. */
  constructor(variables: readonly tf.Variable[]) {
    this.#variables = variables;
    this.#means = variables.map((variable) => zeroMoment(variable));
    this.#squares = variables.map((variable) => zeroMoment(variable));
  }

  /**
   * One step.
   *
   * @param gradients One a variable.
   */
  apply(gradients: readonly tf.Tensor[], learningRate: number): void {
    this.numSteps++;
    const { numSteps } = this;
    this.#variables.forEach((variable, i) => {
      const [mean, square] = [this.#means[i] as tf.Variable, this.#squares[i] as tf.Variable];
      tf.tidy(() => {
        const next = adamStep(gradients[i] as tf.Tensor, { mean, square }, { numSteps, learningRate });
        mean.assign(next.mean);
        square.assign(next.square);
        variable.assign(tf.sub(variable, next.step));
      });
    });
  }

  get moments(): tf.Variable[] {
    return [...this.#means, ...this.#squares];
  }

  dispose(): void {
    tf.dispose(this.moments);
  }
}
