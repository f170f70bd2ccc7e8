import { describe, expect, test } from 'vitest';
import { compileAssembly, integersIn, power } from './compile-assembly.ts';

const assembly = await compileAssembly();
const SIZES = [2, 4, 8, 32, 128];

describe.each([
  ['Field64', 8, 2n ** 64n - 2n ** 32n + 1n, 32n],
  ['Field128', 16, 2n ** 128n - 28n * 2n ** 64n + 1n, 66n],
] as const)('%s', (_name, elementBytes, p, logOrder) => {
  const integers = integersIn(assembly.memory, elementBytes);
  const generator = power(7n, (p - 1n) >> logOrder, p);
  const rootOf = (n: number): bigint => power(generator, 2n ** logOrder / BigInt(n), p);

  test.each(SIZES)('the roots of order %i are those of the draft, in order', (n) => {
    assembly.useField(elementBytes);
    const roots = assembly.heapStart();
    assembly.makeRoots(roots, n);
    expect(integers.load(roots, n)).toEqual(Array.from({ length: n }, (_, i) => power(rootOf(n), BigInt(i), p)));
  });

  test.each(SIZES)('from %i values of a polynomial come those at the roots between', (n) => {
    assembly.useField(elementBytes);
    const [roots, scaled, values, between] = [0, 2, 3, 4].map((i) => assembly.heapStart() + i * n * elementBytes) as [
      number,
      number,
      number,
      number,
    ];
    // Degree n − 1, no coefficient the same or small.
    const coefficients = Array.from({ length: n }, (_, i) => power(5n, BigInt(1000 + 77 * i), p));
    const valueAt = (x: bigint): bigint =>
      coefficients.reduceRight((sum, coefficient) => (sum * x + coefficient) % p, 0n);
    const all = Array.from({ length: 2 * n }, (_, i) => valueAt(power(rootOf(2 * n), BigInt(i), p)));
    integers.store(
      values,
      all.filter((_, i) => i % 2 === 0),
    );
    assembly.makeRoots(roots, 2 * n);
    assembly.scaleRoots(scaled, roots, 2 * n);
    assembly.valuesBetween(between, values, n, roots, scaled);
    expect(integers.load(between, n)).toEqual(all.filter((_, i) => i % 2 === 1));
  });
});
