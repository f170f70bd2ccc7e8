import { PRIO3_VERIFY_KERNEL_BASE64 } from '#generated/prio3-verify-kernel.ts';
import { localUpdate } from '#model/local-update.ts';
import { elementRing } from '#privacy/element-ring.ts';
import { chooseChunkLength } from '#privacy/prio3/circuit.ts';
import { multihotCountVec } from '#privacy/prio3/circuits.ts';
import { compileShardModule } from '#privacy/prio3/shard-module.ts';
import { createPrio3Sharder, createPrio3Verifier } from '#privacy/prio3/two-parties.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { unverifiedVectorSumSharder, unverifiedVectorSumVerifier } from '#privacy/unverified-vector-sum.ts';
import { NONCE_BYTES, type Sharder, VERIFY_KEY_BYTES, type Verifier } from '#privacy/vdaf.ts';
import { type Bytes, concatBytes } from '#protocol/bytes.ts';
import type { ShopEvent } from '#protocol/event.ts';
import { seededBytes } from '#trainer/simulate/seeded-bytes.ts';
import type { Row } from '../table.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { advantageOf } from './best-threshold.ts';
import { formatShare } from './estimate.ts';
import { taskOf } from './party-shares.ts';

/** Reports made of each of two histories. */
const NUM_REPORTS = 1000;
/** Of them, those that the attacker learns from. */
const NUM_LEARNED_FROM = 400;
/** A device may name so many items in a popularity task. */
const MAX_WEIGHT = 32;

const VIEWS = ['leader', 'helper', 'both'] as const;
type View = (typeof VIEWS)[number];

/**
 * Whether a party can tell which of two histories a report is of, by every byte that it sees: its input share, the
 * public share, both verifier shares, the verifier message and its output share.
 *
 * The attacker has learned from reports that it knows to be of either: it weighs each byte by the difference of its
 * means. Where both parties' output shares are added up, the same attacker must be right: that shows that
 * it would find something.
 */
export async function viewOfOneParty(attacked: AttackedShop): Promise<Row[]> {
  const histories = attacked.shop.devices.slice(0, 2) as [ShopEvent[], ShopEvent[]];
  const rows: Row[] = [['task', 'who looks', 'bytes seen', 'advantage, %']];
  for (const [name, make] of [
    ['model-update', await updateReports(attacked)],
    ['popularity (Prio3)', await popularityReports(attacked)],
  ] as const) {
    const seen = await Promise.all(histories.map((events, which) => viewsOf(make, events, `${name} ${which}`)));
    for (const view of VIEWS) {
      const [first, second] = seen.map((views) => views.map((bytes) => bytes[view])) as [Bytes[], Bytes[]];
      const who = view === 'both' ? 'both parties together' : `the ${view}`;
      rows.push([name, who, first[0]?.length ?? 0, formatShare(learnAndTell(first, second))]);
    }
  }
  return rows;
}

/** What one report shows to whom. */
type Seen = Readonly<Record<View, Bytes>>;
/** Makes a report of a history and lets both parties verify it. */
type MakeReport = (events: readonly ShopEvent[], random: ReturnType<typeof seededBytes>) => Promise<Seen>;

async function viewsOf(make: MakeReport, events: readonly ShopEvent[], label: string): Promise<Seen[]> {
  const seen: Seen[] = [];
  const random = seededBytes(`view of ${label}`);
  for (let report = 0; report < NUM_REPORTS; report++) seen.push(await make(events, random));
  return seen;
}

/** The advantage on reports that nothing was learned from. */
export function learnAndTell(first: readonly Bytes[], second: readonly Bytes[]): ReturnType<typeof advantageOf> {
  const known = [first, second].map((seen) => meanOf(seen.slice(0, NUM_LEARNED_FROM))) as [Float64Array, Float64Array];
  const weights = known[0].map((value, i) => value - (known[1][i] as number));
  const score = (bytes: Bytes): number => bytes.reduce((sum, byte, i) => sum + byte * (weights[i] as number), 0);
  return advantageOf(first.slice(NUM_LEARNED_FROM).map(score), second.slice(NUM_LEARNED_FROM).map(score));
}

function meanOf(seen: readonly Bytes[]): Float64Array {
  const sum = new Float64Array(seen[0]?.length ?? 0);
  for (const bytes of seen) {
    bytes.forEach((byte, i) => {
      sum[i] = (sum[i] as number) + byte / seen.length;
    });
  }
  return sum;
}

async function updateReports(attacked: AttackedShop): Promise<MakeReport> {
  const task = taskOf(attacked.model, { noiseMultiplier: 0 });
  const sharder = unverifiedVectorSumSharder(task.vdaf);
  const verifier = unverifiedVectorSumVerifier(task.vdaf);
  return async (events, random) => {
    const units = quantizeUpdate(localUpdate({ ...attacked, events, task }), { ...task, random });
    return reportSeen(units, { sharder, verifier, random });
  };
}

/** Of which items a history holds: a bucket an item. */
async function popularityReports({ model, rowOf }: AttackedShop): Promise<MakeReport> {
  const { numItems } = model.config;
  const circuit = multihotCountVec(numItems, MAX_WEIGHT, chooseChunkLength(numItems));
  const sharder = createPrio3Sharder(circuit, await compileShardModule());
  const module = await WebAssembly.compile(Buffer.from(PRIO3_VERIFY_KERNEL_BASE64, 'base64'));
  const verifier = createPrio3Verifier(circuit, module);
  return async (events, random) => {
    const isHeld = new Uint8Array(numItems);
    for (const event of events) if (event.kind !== 'search') isHeld[rowOf(event.itemId) as number] = 1;
    return reportSeen(isHeld, { sharder, verifier, random });
  };
}

async function reportSeen<Measurement>(
  measurement: Measurement,
  {
    sharder,
    verifier,
    random,
  }: {
    readonly sharder: Sharder<Measurement>;
    readonly verifier: Verifier;
    readonly random: ReturnType<typeof seededBytes>;
  },
): Promise<Seen> {
  const drawn = (length: number): Bytes => {
    const bytes = new Uint8Array(length);
    random(bytes);
    return bytes;
  };
  const [ctx, nonce, verifyKey] = [new Uint8Array(32), drawn(NONCE_BYTES), drawn(VERIFY_KEY_BYTES)];
  const { publicShare, leaderInputShare, helperInputShare } = await sharder.shard(measurement, { ctx, nonce, random });
  const input = { verifyKey, ctx, nonce, publicShare };
  const leader = await verifier.verifyInit('leader', { ...input, inputShare: leaderInputShare });
  const helper = await verifier.verifyInit('helper', { ...input, inputShare: helperInputShare });
  const message = verifier.combineVerifierShares(ctx, leader.verifierShare, helper.verifierShare);
  const common = concatBytes(nonce, verifyKey, publicShare, leader.verifierShare, helper.verifierShare, message);
  const ofLeader = verifier.verifyNext(leader.state, message);
  const ofHelper = verifier.verifyNext(helper.state, message);
  const both = ofLeader.slice();
  elementRing(verifier.elementBytes).add(both, ofHelper);
  return {
    leader: concatBytes(common, leaderInputShare, ofLeader),
    helper: concatBytes(common, helperInputShare, ofHelper),
    both,
  };
}
