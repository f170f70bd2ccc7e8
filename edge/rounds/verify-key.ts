import type { Env } from '#edge/env.ts';
import { Problem } from '#edge/problem.ts';
import { VERIFY_KEY_BYTES } from '#privacy/vdaf.ts';
import { sealVerifyKey } from '#privacy/verify-key.ts';
import { connectHelper } from './connect-helper.ts';
import type { RoundSetup } from './round-stub.ts';
import { keepVerifyKey } from './task-key-store.ts';

/**
 * Leader: draws a task's verify key, unless it has, and hands it to the helper. To be done before the
 * task opens, so that it depends on no report.
 *
 * @throws {Problem} `helper-unavailable` if the helper does not answer; `helper-refused` if it says no.
 */
export async function agreeOnVerifyKey(env: Env, round: RoundSetup): Promise<void> {
  const { leader, helper } = round.task;
  const drawn = crypto.getRandomValues(new Uint8Array(VERIFY_KEY_BYTES));
  const verifyKey = await keepVerifyKey(env.KEYS, { shop: round.shop, publicKey: leader.hpkePublicKey }, drawn);
  const sealed = await sealVerifyKey(verifyKey, { taskId: round.taskId, helperKey: helper.hpkePublicKey });
  const answer = await (await connectHelper(env, round)).agreeOnVerifyKey(sealed);
  if (answer.kind === 'unavailable') throw new Problem('helper-unavailable', { headers: { 'retry-after': '5' } });
  if (answer.kind === 'refused') throw new Problem('helper-refused');
}
