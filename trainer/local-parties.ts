import { join } from 'node:path';
import type { SigningKey } from '#protocol/keys.ts';
import type { PartyRole } from '#protocol/report.ts';
import { type Companion, startCompanion } from './child-process.ts';
import { loadOrCreateKey, operatorKey } from './signing-key.ts';

/** Both parties on this machine, each with its own storage and keys: for development only. */
export interface LocalParties {
  readonly leaderOrigin: string;
  readonly helperOrigin: string;
  readonly helperKey: SigningKey;
  readonly operatorKey: SigningKey;
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
  const operator = await operatorKey(workspaceRoot);
  const start = (role: PartyRole, port: number, peer: SigningKey): Promise<Companion> =>
    startCompanion('edge/local/local-party.ts', [
      ...['--role', role, '--port', String(port), '--storage', join(folder, role), '--party-key', keyFile(role)],
      ...[`--peer-key=${peer.publicKey}`, `--operator-key=${operator.publicKey}`, '--exit-with-parent'],
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
    operatorKey: operator,
    companions,
  };
}
