import { randomBytes } from 'node:crypto';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SigningKey } from '#protocol/keys.ts';
import type { PartyRole } from '#protocol/report.ts';
import { type Companion, startCompanion } from './child-process.ts';
import { textIfExists } from './if-exists.ts';
import { loadOrCreateKey } from './signing-key.ts';

/** Both parties on this machine, each with its own storage and keys: for development only. */
export interface LocalParties {
  readonly leaderOrigin: string;
  readonly helperOrigin: string;
  readonly helperKey: SigningKey;
  readonly operatorToken: string;
  readonly companions: readonly Companion[];
}

/**
 * Starts leader and helper in workerd with storage on disk under `<workspace>/parties`.
 *
 * @throws {InputError} If a port is busy.
 */
export async function startLocalParties(
  workspaceRoot: string,
  ports: { readonly leaderPort: number; readonly helperPort: number },
): Promise<LocalParties> {
  const folder = join(workspaceRoot, 'parties');
  const keyFile = (role: PartyRole): string => join(folder, `${role}-key`);
  const [leaderKey, helperKey] = await Promise.all([
    loadOrCreateKey(keyFile('leader')),
    loadOrCreateKey(keyFile('helper')),
  ]);
  const operatorToken = await loadOrCreateToken(join(folder, 'operator-token'));
  const start = (role: PartyRole, port: number, peer: SigningKey): Promise<Companion> =>
    startCompanion('edge/local/local-party.ts', [
      ...['--role', role, '--port', String(port), '--storage', join(folder, role), '--party-key', keyFile(role)],
      ...[`--peer-key=${peer.publicKey}`, `--operator-token=${operatorToken}`, '--exit-with-parent'],
      ...(role === 'leader' ? ['--assets', 'dist/widget'] : []),
    ]);
  const started = await Promise.allSettled([
    start('leader', ports.leaderPort, helperKey),
    start('helper', ports.helperPort, leaderKey),
  ]);
  const companions = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await Promise.all(companions.map((companion) => companion.stop()));
    throw failed.reason;
  }
  return {
    leaderOrigin: `http://127.0.0.1:${ports.leaderPort}`,
    helperOrigin: `http://127.0.0.1:${ports.helperPort}`,
    helperKey,
    operatorToken,
    companions,
  };
}

async function loadOrCreateToken(path: string): Promise<string> {
  const stored = await textIfExists(path); // first start
  if (stored !== undefined) return stored.trim();
  const token = randomBytes(32).toString('base64url');
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `${token}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  return token;
}
