import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementRing } from '#privacy/element-ring.ts';
import { type Circuit, chooseChunkLength } from '#privacy/prio3/circuit.ts';
import { count, histogram, multihotCountVec, sum, sumVec } from '#privacy/prio3/circuits.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { freshBytes, prio3Of, type Sent, send, start, verify } from './parties-fixture.ts';

/** A circuit, its valid measurements and what they add to the sum. */
interface Case {
  readonly circuit: Circuit<never>;
  readonly measurements: fc.Arbitrary<unknown>;
  readonly outputOf: (measurement: never) => readonly number[];
  /** Encoded measurements that are not valid: what a dishonest device would prove. */
  readonly invalid: Readonly<Record<string, readonly number[]>>;
}

const bits = (length: number, maxWeight: number): fc.Arbitrary<number[]> =>
  fc
    .subarray(
      Array.from({ length }, (_, i) => i),
      { maxLength: maxWeight },
    )
    .map((hot) => Array.from({ length }, (_, i) => Number(hot.includes(i))));

const CASES: Readonly<Record<string, Case>> = {
  count: {
    circuit: count(),
    measurements: fc.integer({ min: 0, max: 1 }),
    outputOf: (measurement) => [measurement],
    invalid: { 'a 2': [2], 'a 255': [255] },
  },
  sum: {
    circuit: sum(1000),
    measurements: fc.integer({ min: 0, max: 1000 }),
    outputOf: (measurement) => [measurement],
    invalid: {
      'a 2 as the first digit': [2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      'a 3 as the last digit': [0, 0, 0, 0, 0, 0, 0, 0, 0, 3],
    },
  },
  'sum of one digit': {
    circuit: sum(1),
    measurements: fc.integer({ min: 0, max: 1 }),
    outputOf: (measurement) => [measurement],
    invalid: { 'a 2': [2] },
  },
  sumVec: {
    circuit: sumVec(5, 37, 4),
    measurements: fc.array(fc.integer({ min: 0, max: 37 }), { minLength: 5, maxLength: 5 }),
    outputOf: (measurement) => measurement,
    invalid: {
      'a 2 as one digit of one element': [0, 1, 0, 1, 0, 1, ...new Array(23).fill(0), 2],
      'digits that make up for each other': [...new Array(24).fill(1), 2, 254, 0, 0, 0, 0],
    },
  },
  'sumVec of single digits': {
    circuit: sumVec(50, 1, chooseChunkLength(50)),
    measurements: bits(50, 50),
    outputOf: (measurement) => measurement,
    invalid: { 'a 2': [2, ...new Array(49).fill(0)] },
  },
  histogram: {
    circuit: histogram(11, 3),
    measurements: fc.integer({ min: 0, max: 10 }),
    outputOf: (measurement) => Array.from({ length: 11 }, (_, i) => Number(i === measurement)),
    invalid: {
      'no bucket': new Array(11).fill(0),
      'two buckets': [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      'a bucket twice': [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0],
      'all buckets': new Array(11).fill(1),
    },
  },
  multihotCountVec: {
    circuit: multihotCountVec(9, 4, 5),
    measurements: bits(9, 4),
    outputOf: (measurement) => measurement,
    invalid: {
      'more than the weight that it claims': [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0],
      'less than the weight that it claims': [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
      'five elements and a digit of 2 in the weight': [1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 2, 0],
      'one element as a 2': [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0],
    },
  },
};

describe.each(Object.entries(CASES))('%s', (_name, { circuit, measurements, outputOf, invalid }) => {
  const vdaf = prio3Of(circuit);
  const ring = elementRing(vdaf.elementBytes);

  test('accepts every measurement, and the output shares add up to it', () => {
    fc.assert(
      fc.property(measurements, (measurement) => {
        const [leader, helper] = verify(vdaf, send(vdaf, measurement));
        const total = leader.slice();
        ring.add(total, helper);
        expect(Array.from(ring.toIntegers(total))).toEqual(outputOf(measurement as never));
      }),
      { numRuns: 60, seed: 907 },
    );
  });

  test('every message has the length that the shape tells', () => {
    fc.assert(
      fc.property(measurements, (measurement) => {
        const sent = send(vdaf, measurement);
        const { leader, helper } = start(vdaf, sent);
        const message = vdaf.combineVerifierShares(sent.ctx, leader.verifierShare, helper.verifierShare);
        const { sizes, outputLength, elementBytes } = vdaf;
        expect(sent.publicShare).toHaveLength(sizes.publicShare);
        expect(sent.leaderInputShare).toHaveLength(sizes.leaderInputShare);
        expect(sent.helperInputShare).toHaveLength(sizes.helperInputShare);
        for (const { state, verifierShare } of [leader, helper]) {
          expect(state).toHaveLength(sizes.verifyState);
          expect(verifierShare).toHaveLength(sizes.verifierShare);
        }
        expect(message).toHaveLength(sizes.verifierMessage);
        expect(vdaf.verifyNext(leader.state, message)).toHaveLength(outputLength * elementBytes);
      }),
      { numRuns: 5, seed: 911 },
    );
  });

  test.each(Object.entries(invalid))('refuses a device that proves %s', (_what, encoded) => {
    const dishonest = prio3Of({ ...circuit, encode: () => Uint8Array.from(encoded) });
    expect(encoded).toHaveLength(circuit.measurementLength);
    for (let i = 0; i < 5; i++) expect(() => verify(vdaf, send(dishonest, undefined))).toThrow(ProtocolError);
  });

  test.each<[string, keyof Sent]>([
    ['leader’s input share', 'leaderInputShare'],
    ['helper’s input share', 'helperInputShare'],
    ['public share', 'publicShare'],
  ])('refuses a report of whose %s one bit is changed, wherever it is', (_what, field) => {
    const [measurement] = fc.sample(measurements, { numRuns: 1, seed: 919 });
    const sent = send(vdaf, measurement);
    if (sent[field].length === 0) return expect(circuit.jointRandLength).toBe(0);
    fc.assert(
      fc.property(fc.nat({ max: 8 * sent[field].length - 1 }), (bit) => {
        const changed = sent[field].slice();
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(() => verify(vdaf, { ...sent, [field]: changed })).toThrow(ProtocolError);
      }),
      { numRuns: 200, seed: 929 },
    );
  });

  test.each(['verifyKey', 'ctx', 'nonce'] as const)('refuses a report if one party has another %s', (field) => {
    const [measurement] = fc.sample(measurements, { numRuns: 1, seed: 937 });
    const sent = send(vdaf, measurement);
    const other = { ...sent, [field]: freshBytes(sent[field].length) };
    const { leader } = start(vdaf, sent);
    expect(() => {
      const { helper } = start(vdaf, other);
      vdaf.combineVerifierShares(sent.ctx, leader.verifierShare, helper.verifierShare);
    }).toThrow(ProtocolError);
  });

  test.each(['leader', 'helper'] as const)(
    'the %s begins nothing where the public share names another part than its own',
    (role) => {
      if (circuit.jointRandLength === 0) return;
      const [measurement] = fc.sample(measurements, { numRuns: 1, seed: 967 });
      const sent = send(vdaf, measurement);
      const at = role === 'leader' ? 7 : 39;
      const publicShare = sent.publicShare.with(at, (sent.publicShare[at] as number) ^ 2) as Bytes;
      const inputShare = role === 'leader' ? sent.leaderInputShare : sent.helperInputShare;
      expect(() => vdaf.verifyInit(role, { ...sent, publicShare, inputShare })).toThrow(/joint randomness/);
    },
  );

  test('refuses verifier shares of two reports, and of one report twice', () => {
    const [measurement] = fc.sample(measurements, { numRuns: 1, seed: 941 });
    const sent = send(vdaf, measurement);
    const one = start(vdaf, sent);
    const other = start(vdaf, send(vdaf, measurement));
    const combine = (leader: Bytes, helper: Bytes) => () => vdaf.combineVerifierShares(sent.ctx, leader, helper);
    expect(combine(one.leader.verifierShare, other.helper.verifierShare)).toThrow(ProtocolError);
    expect(combine(one.leader.verifierShare, one.leader.verifierShare)).toThrow(ProtocolError);
  });

  test('the helper’s share is the same for all measurements, and so independent of them', () => {
    const [nonce, ctx, drawn] = [freshBytes(16), freshBytes(32), freshBytes(128)] as const;
    const random = (out: Bytes) => out.set(drawn.subarray(0, out.length));
    const made = fc.sample(measurements, { numRuns: 8, seed: 947 }).map((measurement) => {
      return vdaf.shard(measurement as never, { ctx, nonce, random });
    });
    expect(new Set(made.map(({ helperInputShare }) => helperInputShare.join())).size).toBe(1);
    expect(new Set(made.map(({ leaderInputShare }) => leaderInputShare.join())).size).toBeGreaterThan(1);
  });

  test('the leader’s share has no element in common with that of the same measurement sent again', () => {
    const [measurement] = fc.sample(measurements, { numRuns: 1, seed: 953 });
    const elementsOf = ({ leaderInputShare }: Sent): string[] =>
      Array.from({ length: Math.floor(leaderInputShare.length / vdaf.elementBytes) }, (_, i) =>
        leaderInputShare.subarray(i * vdaf.elementBytes, (i + 1) * vdaf.elementBytes).join(),
      );
    const once = new Set(elementsOf(send(vdaf, measurement)));
    expect(elementsOf(send(vdaf, measurement)).filter((element) => once.has(element))).toEqual([]);
  });
});
