export interface AdamTestStep {
  /** One a value; `undefined` where the value rests. */
  readonly gradient: readonly (number | undefined)[];
  readonly learningRate: number;
}

/**
 * Adam as Kingma and Ba 2015 write it, algorithm 1, in float64. A value without a gradient keeps its moments.
 *
 * @returns The values after all steps.
 */
export function textbookAdam(start: ArrayLike<number>, steps: readonly AdamTestStep[]): number[] {
  const [beta1, beta2, epsilon] = [0.9, 0.98, 1e-8];
  return Array.from(start, (first, i) => {
    let [value, m, v] = [first, 0, 0];
    steps.forEach(({ gradient, learningRate }, step) => {
      const g = gradient[i];
      if (g === undefined) return;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const [mean, square] = [m / (1 - beta1 ** (step + 1)), v / (1 - beta2 ** (step + 1))];
      value -= (learningRate * mean) / (Math.sqrt(square) + epsilon);
    });
    return value;
  });
}
