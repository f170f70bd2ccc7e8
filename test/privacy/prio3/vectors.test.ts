import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { elementRing } from '#privacy/element-ring.ts';
import type { Circuit } from '#privacy/prio3/circuit.ts';
import { count, histogram, multihotCountVec, sum, sumVec } from '#privacy/prio3/circuits.ts';
import { createPrio3Shard } from '#privacy/prio3/shard.ts';
import { createPrio3Verify } from '#privacy/prio3/verify.ts';
import { type Bytes, fromHex, toHex } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import { shardModule, verifyModule } from './kernels.ts';

// The draft's own vectors; each file names its source. A file is a list of operations, done here in its order.

type Measurement = number | readonly number[] | readonly boolean[];

interface Report {
  readonly measurement: Measurement;
  readonly nonce: string;
  readonly rand: string;
  readonly public_share: string;
  readonly input_shares: readonly string[];
  readonly verifier_shares: readonly [readonly string[]];
  readonly verifier_messages: readonly [string];
  readonly out_shares: readonly string[];
}

interface Operation {
  readonly operation: 'shard' | 'verify_init' | 'verifier_shares_to_message' | 'verify_next' | 'aggregate' | 'unshard';
  readonly aggregator_id: number;
  readonly report_index: number;
  readonly success: boolean;
}

interface Vector {
  readonly operations: readonly Operation[];
  readonly shares: number;
  readonly verify_key: string;
  readonly ctx: string;
  readonly reports: readonly Report[];
  readonly agg_shares: readonly string[];
  readonly agg_result: number | readonly number[] | null;
  readonly length: number;
  readonly chunk_length: number;
  readonly max_measurement: number;
  readonly max_weight: number;
}

const FOLDER = new URL('../../vectors/vdaf/', import.meta.url);
const NAMES = readdirSync(FOLDER);

function circuitOf(name: string, { length, chunk_length, max_measurement, max_weight }: Vector): Circuit<Measurement> {
  const circuits: Readonly<Record<string, () => unknown>> = {
    Count: () => count(),
    Sum: () => sum(max_measurement),
    SumVec: () => sumVec(length, max_measurement, chunk_length),
    Histogram: () => histogram(length, chunk_length),
    MultihotCountVec: () => multihotCountVec(length, max_weight, chunk_length),
  };
  const [, kind = ''] = /^Prio3([A-Za-z]+)_/.exec(name) ?? [];
  return circuits[kind]?.() as Circuit<Measurement>;
}

test('there are all 22 files', () => {
  expect(NAMES).toHaveLength(22);
});

describe.each(NAMES)('%s', (name) => {
  const vector = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Vector;
  const circuit = circuitOf(name, vector);
  const shard = createPrio3Shard(circuit, shardModule, vector.shares);
  const verify = createPrio3Verify(circuit, verifyModule, vector.shares);
  const ring = elementRing(circuit.elementBytes);
  const ctx = fromHex(vector.ctx);
  const states = new Map<string, Bytes>();

  function aggregate(shares: readonly string[]): Bytes {
    const total = new Uint8Array(circuit.outputLength * circuit.elementBytes);
    for (const share of shares) ring.add(total, fromHex(share));
    return total;
  }

  /** What the operation puts out, beside what the file says. */
  function perform({ operation, aggregator_id: party, report_index: index }: Operation): [unknown, unknown] {
    const report = vector.reports[index] as Report;
    const key = `${party} ${index}`;
    switch (operation) {
      case 'shard': {
        const rand = fromHex(report.rand);
        const random = (out: Bytes) => {
          expect(out).toHaveLength(rand.length);
          out.set(rand);
        };
        const made = shard(report.measurement, { ctx, nonce: fromHex(report.nonce), random });
        return [
          [toHex(made.publicShare), made.inputShares.map(toHex)],
          [report.public_share, report.input_shares],
        ];
      }
      case 'verify_init': {
        const { state, verifierShare } = verify.init(party, {
          verifyKey: fromHex(vector.verify_key),
          ctx,
          nonce: fromHex(report.nonce),
          publicShare: fromHex(report.public_share),
          inputShare: fromHex(report.input_shares[party] as string),
        });
        states.set(key, state);
        return [toHex(verifierShare), report.verifier_shares[0][party]];
      }
      case 'verifier_shares_to_message': {
        const message = verify.combine(ctx, report.verifier_shares[0].map(fromHex));
        return [toHex(message), report.verifier_messages[0]];
      }
      case 'verify_next': {
        const output = verify.next(states.get(key) as Bytes, fromHex(report.verifier_messages[0]));
        return [toHex(output), report.out_shares[party]];
      }
      case 'aggregate': {
        const shares = vector.reports.map(({ out_shares }) => out_shares[party] as string);
        return [toHex(aggregate(shares)), vector.agg_shares[party]];
      }
      case 'unshard': {
        const result = Array.from(ring.toIntegers(aggregate(vector.agg_shares)));
        return [Array.isArray(vector.agg_result) ? result : result[0], vector.agg_result];
      }
    }
  }

  const steps = vector.operations.map((operation, i) => [i + 1, operation.operation, operation] as const);
  test.each(steps)('step %i: %s', (_i, _name, operation) => {
    if (operation.success) {
      const [actual, expected] = perform(operation);
      expect(actual).toEqual(expected);
    } else {
      expect(() => perform(operation)).toThrow(ProtocolError);
    }
  });
});
