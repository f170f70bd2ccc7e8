import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { compileAssembly, integersIn, power } from './compile-assembly.ts';

// The kernel's fields beside the same in BigInt. The moduli are those of the draft, section 6.1.2.

const assembly = await compileAssembly();
const A = assembly.heapStart();
const B = A + 16;
const OUT = B + 16;

describe.each([
  ['Field64', 8, 2n ** 32n * 4294967295n + 1n, 32n],
  ['Field128', 16, 2n ** 66n * 4611686018427387897n + 1n, 66n],
] as const)('%s', (_name, elementBytes, p, logOrder) => {
  const integers = integersIn(assembly.memory, elementBytes);
  beforeEach(() => assembly.useField(elementBytes));

  /** Where carries, borrows and reductions begin and end. */
  const edges = [0n, 1n, 2n, p / 2n, p / 2n + 1n];
  for (const border of [2n ** 32n, 2n ** 33n, 2n ** 63n, 2n ** 64n, 28n * 2n ** 64n, 2n ** 96n, 2n ** 127n, p]) {
    for (const near of [-2n, -1n, 0n, 1n, 2n]) edges.push(border + near);
  }
  const edgeValues = edges.filter((value) => value < p);
  const words = (bits: bigint) => fc.constantFrom(0n, 1n, (1n << bits) - 1n, (1n << bits) - 28n, (1n << bits) - 29n);
  const elements = fc
    .oneof(
      fc.constantFrom(...edgeValues),
      fc.bigInt({ min: 0n, max: p - 1n }),
      fc.tuple(words(64n), words(64n)).map(([low, high]) => low | (high << 64n)),
      fc.tuple(words(32n), words(32n)).map(([low, high]) => low | (high << 32n)),
    )
    .map((value) => value % p);

  const operations = [
    ['add', (a: bigint, b: bigint) => (a + b) % p],
    ['subtract', (a: bigint, b: bigint) => (a - b + p) % p],
    ['multiply', (a: bigint, b: bigint) => (a * b) % p],
  ] as const;

  test.each(operations)('%s is right for all pairs of edge values', (name, expected) => {
    for (const a of edgeValues) {
      for (const b of edgeValues) {
        integers.store(A, [a]);
        integers.store(B, [b]);
        assembly[name](OUT, A, B);
        if (integers.load(OUT, 1)[0] !== expected(a, b)) expect.fail(`${name} is wrong for ${a} and ${b}`);
      }
    }
    expect(edgeValues.length).toBeGreaterThan(15);
  });

  test.each(operations)('%s is right for any two elements, also in place', (name, expected) => {
    fc.assert(
      fc.property(elements, elements, (a, b) => {
        integers.store(A, [a]);
        integers.store(B, [b]);
        assembly[name](OUT, A, B);
        assembly[name](A, A, B);
        expect(integers.load(OUT, 1)).toEqual([expected(a, b)]);
        expect(integers.load(A, 1)).toEqual([expected(a, b)]);
      }),
      { numRuns: 5000, seed: 5003 },
    );
  });

  test.each([
    [0n, true],
    [p - 1n, true],
    [p, false],
    [p + 1n, false],
    [2n ** BigInt(8 * elementBytes) - 1n, false],
  ])('tells whether %d is below the modulus', (value, isBelow) => {
    integers.store(A, [value]);
    expect(Boolean(assembly.isCanonical(A))).toBe(isBelow);
  });

  test('inverts powers of two', () => {
    for (let log = 1n; log <= 32n; log++) {
      assembly.invertPowerOf2(OUT, log);
      expect(((integers.load(OUT, 1)[0] as bigint) * 2n ** log) % p).toBe(1n);
    }
  });

  test('has the generator of the draft', () => {
    expect(assembly.storeGenerator(OUT)).toBe(logOrder);
    expect(integers.load(OUT, 1)).toEqual([power(7n, (p - 1n) >> logOrder, p)]);
  });
});
