import { describe, expect, test } from 'vitest';
import { compileAssembly, integersIn, power } from './compile-assembly.ts';

const assembly = await compileAssembly();
const POINTS = 8;
const ARITY = 4;

describe.each([
  ['Field64', 8, 2n ** 64n - 2n ** 32n + 1n, 32n],
  ['Field128', 16, 2n ** 128n - 28n * 2n ** 64n + 1n, 66n],
] as const)('%s', (_name, elementBytes, p, logOrder) => {
  const integers = integersIn(assembly.memory, elementBytes);
  const rootOf = (n: number): bigint => power(power(7n, (p - 1n) >> logOrder, p), 2n ** logOrder / BigInt(n), p);
  const valueAt = (coefficients: readonly bigint[], x: bigint): bigint =>
    coefficients.reduceRight((sum, coefficient) => (sum * x + coefficient) % p, 0n);
  const valuesOf = (coefficients: readonly bigint[], n: number): bigint[] =>
    Array.from({ length: n }, (_, i) => valueAt(coefficients, power(rootOf(n), BigInt(i), p)));
  const polynomial = (seed: bigint, length: number): bigint[] =>
    Array.from({ length }, (_, i) => power(seed, BigInt(501 + 91 * i), p));

  const wirePolynomials = [3n, 5n, 11n, 13n].map((seed) => polynomial(seed, POINTS));
  /** Of degree 2 · (POINTS − 1), as a product of two wires is. */
  const gadget = polynomial(17n, 2 * POINTS - 1);

  function queryAt(t: bigint): { readonly isSafe: boolean; readonly found: readonly bigint[] } {
    assembly.useField(elementBytes);
    const lengths = [ARITY + 1, ARITY * POINTS, 2 * POINTS, 1];
    const starts = [0];
    for (const length of lengths) starts.push((starts.at(-1) as number) + length);
    const addresses = starts.map((start) => assembly.heapStart() + start * elementBytes);
    const [out, wires, values, point, scratch] = addresses as [number, number, number, number, number];
    integers.store(
      wires,
      wirePolynomials.flatMap((coefficients) => valuesOf(coefficients, POINTS)),
    );
    // The last value is no part of a proof.
    integers.store(values, [...valuesOf(gadget, 2 * POINTS).slice(0, -1), 4711n]);
    integers.store(point, [t]);
    const isSafe = Boolean(assembly.query(out, wires, ARITY, POINTS, values, point, scratch));
    return { isSafe, found: integers.load(out, ARITY + 1) };
  }

  test('evaluates all polynomials at the point, also at one where the gadget alone is given', () => {
    for (const t of [0n, 2n, p - 2n, power(19n, 1234n, p), rootOf(2 * POINTS)]) {
      const expected = [...wirePolynomials, gadget].map((coefficients) => valueAt(coefficients, t));
      expect(queryAt(t)).toEqual({ isSafe: true, found: expected });
    }
  });

  test('refuses the points at which a wire’s own values would come out', () => {
    for (let i = 0; i < POINTS; i++) expect(queryAt(power(rootOf(POINTS), BigInt(i), p)).isSafe).toBe(false);
  });
});
