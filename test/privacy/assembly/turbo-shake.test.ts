import { turboshake128 } from '@noble/hashes/sha3-addons.js';
import { describe, expect, test } from 'vitest';
import { toHex } from '#protocol/bytes.ts';
import { compileAssembly, integersIn } from './compile-assembly.ts';

const RATE = 168;
const assembly = await compileAssembly();
const INPUT = assembly.heapStart();
const OUTPUT = INPUT + 2048;
const memory = () => new Uint8Array(assembly.memory.buffer);

function absorb(bytes: Uint8Array): void {
  memory().set(bytes, INPUT);
  assembly.absorb(INPUT, bytes.length);
}

function squeeze(numBytes: number): Uint8Array {
  assembly.squeeze(OUTPUT, numBytes);
  return memory().slice(OUTPUT, OUTPUT + numBytes);
}

const inputOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => 7 * i + 3);

test.each([0, 1, RATE - 1, RATE, RATE + 1, 3 * RATE, 1000])(
  'an input of %i bytes gives what a second implementation gives, over several blocks',
  (length) => {
    assembly.begin();
    absorb(inputOf(length));
    assembly.finish();
    const expected = turboshake128(inputOf(length), { D: 1, dkLen: 1000 });
    expect(toHex(squeeze(1000))).toBe(toHex(expected));
  },
);

test('how input and output are cut makes no difference', () => {
  const input = inputOf(500);
  assembly.begin();
  for (const [start, end] of [
    [0, 167],
    [167, 169],
    [169, 500],
  ] as const) {
    absorb(input.subarray(start, end));
  }
  assembly.finish();
  const pieces = [1, 167, 168, 5].map((numBytes) => toHex(squeeze(numBytes))).join('');
  expect(pieces).toBe(toHex(turboshake128(input, { D: 1, dkLen: 341 })));
});

describe.each([
  ['Field64', 8, 2n ** 64n - 2n ** 32n + 1n],
  ['Field128', 16, 2n ** 128n - 28n * 2n ** 64n + 1n],
] as const)('%s', (_name, elementBytes, p) => {
  const integers = integersIn(assembly.memory, elementBytes);
  const largest = 2n ** BigInt(8 * elementBytes) - 1n;

  test('values that are no elements are passed over, and nothing else is', () => {
    // What happens once in 2^32 or 2^59 draws is put into the stream: the state's place is where input shows up.
    assembly.useField(elementBytes);
    assembly.begin();
    absorb(inputOf(64));
    const state = Buffer.from(memory()).indexOf(Buffer.from(inputOf(64)));
    expect(state).toBeGreaterThan(0);
    expect(state).toBeLessThan(INPUT);
    assembly.begin();
    const stream = [17n, p, p - 1n, largest, p + 1n, 0n, p, 4n];
    integers.store(state, stream);
    assembly.sample(OUTPUT, 4);
    expect(integers.load(OUTPUT, 4)).toEqual([17n, p - 1n, 0n, 4n]);
  });

  test('elements are the stream itself where none is passed over, across blocks', () => {
    assembly.useField(elementBytes);
    assembly.begin();
    absorb(inputOf(40));
    assembly.finish();
    assembly.sample(OUTPUT, 50);
    const expected = turboshake128(inputOf(40), { D: 1, dkLen: 50 * elementBytes });
    expect(toHex(memory().slice(OUTPUT, OUTPUT + 50 * elementBytes))).toBe(toHex(expected));
  });
});
