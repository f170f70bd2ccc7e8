import { unshard } from '#privacy/collect.ts';
import { elementRing } from '#privacy/element-ring.ts';
import type { HpkeKeyPair } from '#privacy/hpke.ts';
import { contextOf, openInputShare } from '#privacy/report.ts';
import { type PartyRole, parseReport } from '#protocol/report.ts';
import type { OpenedTask } from '#protocol/task.ts';
import { openVerifier } from './verifiers.ts';

/**
 * What a device said, put together by whoever holds both parties' keys: verified, unsharded, without
 * noise.
 */
export async function measurementIn(
  bytes: Uint8Array,
  { task, id: taskId }: OpenedTask,
  keys: Readonly<Record<PartyRole, HpkeKeyPair>>,
): Promise<number[]> {
  const verifier = openVerifier(task.vdaf);
  const report = parseReport(bytes, verifier.sizes);
  const context = { ...contextOf(taskId, report.id), verifyKey: new Uint8Array(32).fill(0x6e) };
  const start = async (role: PartyRole) => {
    const inputShare = await openInputShare(
      role,
      { ...report, sealed: report[role] },
      { task, taskId, keyPair: keys[role] },
    );
    return verifier.verifyInit(role, { ...context, publicShare: report.publicShare, inputShare });
  };
  const [leader, helper] = [await start('leader'), await start('helper')];
  const message = verifier.combineVerifierShares(context.ctx, leader.verifierShare, helper.verifierShare);
  const [leaderOutput, helperOutput] = [
    verifier.verifyNext(leader.state, message),
    verifier.verifyNext(helper.state, message),
  ];
  return Array.from(unshard(leaderOutput, helperOutput, elementRing(verifier.elementBytes)));
}
