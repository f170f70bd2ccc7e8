import type { Env } from '#edge/env.ts';
import { ownKey, peerKey } from '#edge/party.ts';
import { createHelperClient, type HelperClient } from './helper-client.ts';
import type { RoundSetup } from './round-stub.ts';

/** The leader's way to the helper of a round, with the keys of this deployment. */
export async function connectHelper(env: Env, round: RoundSetup): Promise<HelperClient> {
  return createHelperClient({
    round,
    key: await ownKey(env),
    helperKey: peerKey(env),
    fetch: (request) => fetch(request),
    now: () => Date.now(),
  });
}
