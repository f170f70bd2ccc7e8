import type { Circuit } from '#privacy/prio3/circuit.ts';
import { createPrio3Sharder, createPrio3Verifier } from '#privacy/prio3/two-parties.ts';
import type { SharedMeasurement, Vdaf, VerifyStart } from '#privacy/vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { seededRandom } from '../seeded-random.ts';
import { shardModule, verifyModule } from './kernels.ts';

/** Everything that fixes one report's way through both parties. */
export interface Sent extends SharedMeasurement {
  readonly verifyKey: Bytes;
  readonly ctx: Bytes;
  readonly nonce: Bytes;
}

/** Prio3 answers at once. */
export interface Prio3 extends Vdaf<never> {
  shard(...measurementHow: Parameters<Vdaf<never>['shard']>): SharedMeasurement;
  verifyInit(...roleInput: Parameters<Vdaf<never>['verifyInit']>): VerifyStart;
}

/** All parts of one circuit. */
export function prio3Of(circuit: Circuit<never>): Prio3 {
  return { ...createPrio3Sharder(circuit, shardModule), ...createPrio3Verifier(circuit, verifyModule) } as Prio3;
}

const random = await seededRandom('prio3 parties');

export function freshBytes(numBytes: number): Bytes {
  const bytes = new Uint8Array(numBytes);
  random(bytes);
  return bytes;
}

/** A report with everything fresh. */
export function send(vdaf: Prio3, measurement: unknown): Sent {
  const [verifyKey, ctx, nonce] = [freshBytes(32), freshBytes(32), freshBytes(16)] as const;
  return { verifyKey, ctx, nonce, ...vdaf.shard(measurement as never, { ctx, nonce, random }) };
}

/** Both parties' first steps. */
export function start(vdaf: Prio3, sent: Sent): { readonly leader: VerifyStart; readonly helper: VerifyStart } {
  return {
    leader: vdaf.verifyInit('leader', { ...sent, inputShare: sent.leaderInputShare }),
    helper: vdaf.verifyInit('helper', { ...sent, inputShare: sent.helperInputShare }),
  };
}

/** Both parties' output shares. @throws What verification throws. */
export function verify(vdaf: Prio3, sent: Sent): [Bytes, Bytes] {
  const { leader, helper } = start(vdaf, sent);
  const message = vdaf.combineVerifierShares(sent.ctx, leader.verifierShare, helper.verifierShare);
  return [vdaf.verifyNext(leader.state, message), vdaf.verifyNext(helper.state, message)];
}
