import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateSigningKey, importSigningKey, type SigningKey } from '#protocol/keys.ts';
import { textIfExists } from './if-exists.ts';
import type { ShopWorkspace } from './workspace.ts';

/** The shop's publishing key: its fingerprint is the trust anchor in the pasted tag. Made on first use. */
export function publishingKey(workspace: ShopWorkspace): Promise<SigningKey> {
  return loadOrCreateKey(join(workspace.keysDir, 'publishing-key'));
}

/** The operator's key, which makes, changes and deletes shops at a party. Made on first use. */
export function operatorKey(workspaceRoot: string): Promise<SigningKey> {
  return loadOrCreateKey(join(operatorFolder(workspaceRoot), 'operator-key'));
}

/** Where an operator keeps keys. */
export function operatorFolder(workspaceRoot: string): string {
  return join(workspaceRoot, 'operator');
}

/**
 * Reads an Ed25519 private key from a file, made on first use, readable by its owner only.
 *
 * @throws {ProtocolError} `bad-key` if the file holds something else.
 * @throws {InputError} If it is there and cannot be read.
 */
export async function loadOrCreateKey(path: string): Promise<SigningKey> {
  const stored = await textIfExists(path); // first use
  if (stored !== undefined) return importSigningKey(stored.trim());
  const { key, pkcs8 } = await generateSigningKey();
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${pkcs8}\n`, { mode: 0o600, flag: 'wx' });
  await chmod(path, 0o600);
  return key;
}
