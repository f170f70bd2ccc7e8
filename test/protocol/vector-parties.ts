import type { Circuit } from '#privacy/prio3/circuit.ts';
import { createPrio3Sharder } from '#privacy/prio3/two-parties.ts';
import { circuitOf } from '#privacy/task-circuit.ts';
import { unverifiedVectorSumSharder } from '#privacy/unverified-vector-sum.ts';
import type { Sharder } from '#privacy/vdaf.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { Envelope } from '#protocol/envelope.ts';
import type { PartyRole } from '#protocol/report.ts';
import { cosignTask, signTask, type Task } from '#protocol/task.ts';
import { shardModule } from '../privacy/prio3/kernels.ts';
import { fixedKey } from './fixed-key.ts';

/** The parties of the published vectors: their keys are in the files, for nothing else to use. */

export const VERIFY_KEY: Bytes = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 3);

/** Fixed X25519 pairs, as no task would use them. */
export const HPKE = {
  leader: {
    publicKey: 'AnNZUuAu_tpVyfMh0hD-2tAuQnhREB-0tURioRE_VCk',
    privateKey: 'QMissi1DUouI9U7AVL2LNqcQtT7_XR37qTf5qyf0qE0',
  },
  helper: {
    publicKey: 'DcAjaO9WVPL2uLByA9P_FuOQ8ejlfuQAJbhWvQkbl3E',
    privateKey: '-AHYPCXXaCgEZmDAjlcXi_B0lUQ6HA2wQCRLFpasC0g',
  },
} as const;

export async function partyKeys() {
  const [trainer, leader, helper] = await Promise.all([fixedKey(41), fixedKey(42), fixedKey(43)]);
  return { trainer, leader, helper };
}

/** The task with these parties, signed by trainer and helper. */
export async function signedTask(task: Task): Promise<Envelope> {
  const { trainer, helper } = await partyKeys();
  return cosignTask(await signTask({ ...task, leader: party('leader'), helper: party('helper') }, trainer), helper);
}

function party(role: PartyRole): Task['leader'] {
  const hpkeKeyId = { leader: 17, helper: 203 }[role];
  return { origin: `https://${role}.example`, hpkeKeyId, hpkePublicKey: HPKE[role].publicKey };
}

/** A device's side of any task's function. */
export function sharderOf({ vdaf }: Pick<Task, 'vdaf'>): Sharder<number | readonly number[]> {
  if (vdaf.type !== 'UnverifiedVectorSum')
    return createPrio3Sharder(circuitOf(vdaf) as Circuit<number | readonly number[]>, shardModule);
  const sums = unverifiedVectorSumSharder(vdaf);
  return { shard: (units, how) => sums.shard(Int32Array.from(units as readonly number[]), how) };
}
