import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { KeyFingerprint } from '#protocol/ids.ts';
import { fingerprintOf, importSigningKey, type SigningKey } from '#protocol/keys.ts';
import { PublicKeySchema } from '#protocol/shop.ts';
import { writeJsonAtomically } from './atomic-write.ts';
import { textIfExists } from './if-exists.ts';
import { InputError } from './input-error.ts';
import { readJsonFile } from './json-file.ts';
import { loadOrCreateKey, publishingKey } from './signing-key.ts';
import type { ShopWorkspace } from './workspace.ts';

/** A shop's publishing keys over time. */
export interface PublishingKeys {
  /** Signs what is published now. */
  readonly current: SigningKey;
  /** A spare one that pages already trust: the next, or what a lost one is revoked with. */
  readonly next: SigningKey | undefined;
  /** Those that signed before, raw public keys as base64url. Their private halves are gone. */
  readonly former: readonly string[];
}

const FormerKeysSchema = v.array(PublicKeySchema);

/** @throws {ProtocolError} `bad-key`, {@link InputError} If a file is something else than a key, or can't be read. */
export async function readPublishingKeys(workspace: ShopWorkspace): Promise<PublishingKeys> {
  const next = await textIfExists(nextKeyFile(workspace));
  return {
    current: await publishingKey(workspace),
    next: next === undefined ? undefined : await importSigningKey(next.trim()),
    former: (await readJsonFile(formerKeysFile(workspace), FormerKeysSchema)) ?? [],
  };
}

/** Every key whose messages are this shop's own: what it published with a former one is still its publication. */
export async function ownFingerprints({ current, next, former }: PublishingKeys): Promise<KeyFingerprint[]> {
  const known = next ? [current.fingerprint, next.fingerprint] : [current.fingerprint];
  return [...known, ...(await Promise.all(former.map(fingerprintOf)))];
}

/** Makes the spare key. @throws {InputError} If there is one. */
export async function makeNextKey(workspace: ShopWorkspace): Promise<SigningKey> {
  const path = nextKeyFile(workspace);
  if ((await textIfExists(path)) !== undefined) {
    throw new InputError(`expected no spare key yet, found one in ${path}; "vitrine key show" prints it`);
  }
  await mkdir(workspace.keysDir, { recursive: true });
  return loadOrCreateKey(path);
}

/** Puts the spare key in the place of the current one, whose private half is deleted. A repeat goes on. */
export async function promoteNextKey(workspace: ShopWorkspace): Promise<void> {
  const { current, former } = await readPublishingKeys(workspace);
  await writeJsonAtomically(formerKeysFile(workspace), [...new Set([...former, current.publicKey])]);
  await rename(nextKeyFile(workspace), join(workspace.keysDir, 'publishing-key'));
}

function nextKeyFile({ keysDir }: ShopWorkspace): string {
  return join(keysDir, 'next-publishing-key');
}

function formerKeysFile({ keysDir }: ShopWorkspace): string {
  return join(keysDir, 'former-publishing-keys.json');
}

/** The keys in a few lines. */
export function formatKeys({ current, next, former }: PublishingKeys): string {
  const named = next ? [current.fingerprint, next.fingerprint] : [current.fingerprint];
  return [
    `key    ${current.publicKey}`,
    ...(next ? [`spare  ${next.publicKey}`] : []),
    ...former.map((publicKey) => `former ${publicKey}`),
    `tag    data-vitrine-key="${named.join(' ')}"`,
  ].join('\n');
}
