import { Prio3Histogram, Prio3SumVec } from '@divviup/prio3';
import { Bench } from 'tinybench';
import { PRIO3_VERIFY_KERNEL_BASE64 } from '#generated/prio3-verify-kernel.ts';
import { type Circuit, chooseChunkLength, numDigits } from '#privacy/prio3/circuit.ts';
import { count, histogram, multihotCountVec, sum, sumVec } from '#privacy/prio3/circuits.ts';
import { compileShardModule } from '#privacy/prio3/shard-module.ts';
import { createPrio3Sharder, createPrio3Verifier, prio3Shape } from '#privacy/prio3/two-parties.ts';
import { NONCE_BYTES, VERIFY_KEY_BYTES } from '#privacy/vdaf.ts';
import { measurePartyWork } from './party-work.ts';
import { medianMs, type Row } from './table.ts';

/** The vector that only this benchmark sends: its share is 270 kB. */
const VECTOR_LENGTH = 1024;
const VECTOR_MAX = 65_535;
const NUM_BUCKETS = 1024;
/** All that a page may still have on its way when its tab closes, less what surrounds the shares. */
const REPORT_LIMIT_BYTES = 60 * 1024;

const ctx = new Uint8Array(32).fill(3);
const nonce = new Uint8Array(NONCE_BYTES).fill(5);
const verifyKey = new Uint8Array(VERIFY_KEY_BYTES).fill(7);

/**
 * Prio3 beside `@divviup/prio3`, an implementation of an older draft in BigInt: what devices and parties do, on one core.
 */
export async function benchPrio3(): Promise<{ readonly speed: Row[]; readonly bytes: Row[] }> {
  const shardModule = await compileShardModule();
  const verifyModule = await WebAssembly.compile(Buffer.from(PRIO3_VERIFY_KERNEL_BASE64, 'base64'));

  const vectorChunk = chooseChunkLength(VECTOR_LENGTH * numDigits(VECTOR_MAX));
  const vector = Array.from({ length: VECTOR_LENGTH }, (_, i) => (i * 7919) % VECTOR_MAX);
  const vectors = createPrio3Sharder(sumVec(VECTOR_LENGTH, VECTOR_MAX, vectorChunk), shardModule);
  const peerVectors = new Prio3SumVec({
    shares: 2,
    length: VECTOR_LENGTH,
    bits: numDigits(VECTOR_MAX),
    chunkLength: vectorChunk,
  });

  const chunkLength = chooseChunkLength(NUM_BUCKETS);
  const circuit = histogram(NUM_BUCKETS, chunkLength);
  const buckets = createPrio3Sharder(circuit, shardModule);
  const verifier = createPrio3Verifier(circuit, verifyModule);
  const report = await buckets.shard(77, { ctx, nonce });
  const ofLeader = { verifyKey, ctx, nonce, publicShare: report.publicShare, inputShare: report.leaderInputShare };
  const ofHelper = { ...ofLeader, inputShare: report.helperInputShare };
  const leader = await verifier.verifyInit('leader', ofLeader);
  const helper = await verifier.verifyInit('helper', ofHelper);
  const message = verifier.combineVerifierShares(ctx, leader.verifierShare, helper.verifierShare);

  const peerBuckets = new Prio3Histogram({ shares: 2, length: NUM_BUCKETS, chunkLength });
  const peerNonce = Buffer.from(nonce);
  const peerKey = Buffer.alloc(peerBuckets.verifyKeySize, 7);
  const peerReport = await peerBuckets.shard(77, peerNonce, Buffer.alloc(peerBuckets.randSize, 11));
  const prepare = (party: 0 | 1) => {
    const share = peerReport.inputShares[party] as (typeof peerReport.inputShares)[0];
    return peerBuckets.prepareInit(peerKey, party, null, peerNonce, peerReport.publicShare, share);
  };
  const prepared = [await prepare(0), await prepare(1)] as const;
  const peerShares = prepared.map(({ preparationShare }) => preparationShare);
  const peerMessage = await peerBuckets.unshardPreparationShares(null, peerShares);

  const bench = new Bench({ time: 500, warmupTime: 100, iterations: 3, warmupIterations: 1 });
  bench
    .add('shard the vector', async () => void (await vectors.shard(vector, { ctx, nonce })))
    .add('peer: shard the vector', async () => {
      await peerVectors.shard(vector, peerNonce, Buffer.alloc(peerVectors.randSize, 11));
    })
    .add('shard the histogram', async () => void (await buckets.shard(77, { ctx, nonce })))
    .add('peer: shard the histogram', async () => {
      await peerBuckets.shard(77, peerNonce, Buffer.alloc(peerBuckets.randSize, 11));
    })
    .add('leader', async () => {
      const { state, verifierShare } = await verifier.verifyInit('leader', ofLeader);
      verifier.verifyNext(state, verifier.combineVerifierShares(ctx, verifierShare, helper.verifierShare));
    })
    .add('peer: leader', async () => {
      const { preparationState } = await prepare(0);
      peerBuckets.prepareNext(preparationState, await peerBuckets.unshardPreparationShares(null, peerShares));
    })
    .add('helper', async () => void verifier.verifyNext((await verifier.verifyInit('helper', ofHelper)).state, message))
    .add('peer: helper', async () => {
      peerBuckets.prepareNext((await prepare(1)).preparationState, peerMessage);
    });
  await bench.run();
  const work = await measurePartyWork(77, { sharder: buckets, verifier });

  const times = bench.tasks.map(medianMs);
  const rowOf = (what: string, task: number): Row => {
    const [ours, peers] = [times[task], times[task + 1]] as [number, number];
    return [
      what,
      `${ours.toFixed(2)} ms`,
      (1000 / ours).toFixed(0),
      `${peers.toFixed(0)} ms`,
      `${(peers / ours).toFixed(0)} ×`,
    ];
  };
  const wholeRow = (what: string, ms: number): Row => [what, `${ms.toFixed(2)} ms`, (1000 / ms).toFixed(0), '', ''];
  const vectorName = `SumVec of ${VECTOR_LENGTH.toLocaleString('en')} × ${numDigits(VECTOR_MAX)} bits`;
  const bucketsName = `Histogram of ${NUM_BUCKETS.toLocaleString('en')}, chunks of ${chunkLength}`;
  return {
    speed: [
      ['what', 'median', 'a second', '@divviup/prio3 0.8.0', 'peer ÷ ours'],
      rowOf(`device: shard, ${vectorName}`, 0),
      rowOf(`device: shard, ${bucketsName}`, 2),
      rowOf(`leader: verify, ${bucketsName}`, 4),
      rowOf(`helper: verify, ${bucketsName}`, 6),
      wholeRow('leader: all work on a report of it (mean processor time)', work.leader),
      wholeRow('helper: all work on a report of it (mean processor time)', work.helper),
    ],
    bytes: reportSizes(),
  };
}

function reportSizes(): Row[] {
  const shapes: readonly (readonly [string, Circuit<never>])[] = [
    ['Count', count()],
    ['Sum up to 1,000', sum(1000)],
    ['Histogram of 1,024', histogram(1024, chooseChunkLength(1024))],
    ['MultihotCountVec of 2,048, weight at most 32', multihotCountVec(2048, 32, chooseChunkLength(2048 + 6))],
    ['SumVec of 437 × 8 bits', sumVec(437, 255, chooseChunkLength(437 * 8))],
    ['SumVec of 3,500 × 1 bit', sumVec(3500, 1, chooseChunkLength(3500))],
  ];
  const rows = shapes.map(([name, circuit]): Row => {
    const { publicShare, leaderInputShare, helperInputShare } = prio3Shape(circuit).sizes;
    const total = publicShare + leaderInputShare + helperInputShare;
    return [
      name,
      circuit.jointRandLength > 0 ? circuit.arity / 2 : '',
      publicShare,
      leaderInputShare,
      helperInputShare,
      total,
    ];
  });
  const head = [
    'report',
    'chunk length',
    'public share',
    "leader's share",
    "helper's share",
    `all, limit ${REPORT_LIMIT_BYTES}`,
  ];
  return [head, ...rows];
}
