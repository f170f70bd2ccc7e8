import { Hono } from 'hono';
import { importSigningKey, type SigningKey } from '#protocol/keys.ts';
import type { PartyIdentity } from '#protocol/round-messages.ts';
import type { EdgeEnv, Env } from './env.ts';
import { Problem } from './problem.ts';

/**
 * This party's own key.
 *
 * @throws {Error} If the secret is missing or no key: the deployment's fault, never the sender's.
 */
export async function ownKey(env: Pick<Env, 'PARTY_PRIVATE_KEY'>): Promise<SigningKey> {
  try {
    return await importSigningKey(env.PARTY_PRIVATE_KEY);
  } catch (cause) {
    throw new Error('expected PARTY_PRIVATE_KEY to be an Ed25519 private key as PKCS #8 in base64url', { cause });
  }
}

/**
 * The other party's raw public key, base64url.
 *
 * @throws {Problem} `no-second-party` if this party has none.
 */
export function peerKey(env: Pick<Env, 'PEER_PUBLIC_KEY'>): string {
  if (!env.PEER_PUBLIC_KEY) throw new Problem('no-second-party');
  return env.PEER_PUBLIC_KEY;
}

/** Who this is, and that it runs. */
export const partyRoutes = new Hono<EdgeEnv>()
  .get('/v1/party', async (c) => {
    const { publicKey } = await ownKey(c.env);
    return c.json({ role: c.env.ROLE, publicKey } satisfies PartyIdentity);
  })
  .get('/v1/health', (c) => c.json({ kind: 'ok' }));
