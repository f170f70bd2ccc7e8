import { expect, test } from 'vitest';
import { discreteGaussianSumDivergence } from '#privacy/discrete-gaussian-sum.ts';
import vectors from '../vectors/dp-accounting.json' with { type: 'json' };

test.each(vectors.discreteGaussian.cases)(
  'the sum of $n discrete Gaussians of scale $scale diverges by $tau',
  ({ n, scale, tau }) => {
    expect(Math.abs(discreteGaussianSumDivergence({ stdDev: scale, count: n }) - tau)).toBeLessThan(5e-9);
  },
);

test('shrinks with the square of the scale', () => {
  // 2π² · 0.5² · k / (k + 1) is π²/4 and π²/3 for k = 1 and 2.
  const expected = 10 * (Math.exp(-(Math.PI ** 2) / 4) + Math.exp(-(Math.PI ** 2) / 3));
  expect(discreteGaussianSumDivergence({ stdDev: 0.5, count: 3 })).toBeCloseTo(expected, 12);
});

test('the bound holds for two, by their convolution', () => {
  const stdDev = 0.8;
  const mass = (variance: number) => (y: number) => Math.exp(-(y * y) / (2 * variance));
  const reach = Array.from({ length: 61 }, (_, i) => i - 30);
  const [one, joint] = [mass(stdDev ** 2), mass(2 * stdDev ** 2)];
  const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  const [totalOne, totalJoint] = [sumOf(reach.map(one)), sumOf(reach.map(joint))];
  const tau = discreteGaussianSumDivergence({ stdDev, count: 2 });
  for (const y of [0, 1, 2, 5]) {
    const convolved = sumOf(reach.map((x) => one(x) * one(y - x))) / totalOne ** 2;
    expect(Math.abs(Math.log(convolved / (joint(y) / totalJoint)))).toBeLessThan(tau);
  }
});
