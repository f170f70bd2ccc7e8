import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare';
import { unstable_getMiniflareWorkerOptions as readWorkerOptions } from 'wrangler';
import { importSigningKey } from '#protocol/keys.ts';
import type { PartyRole } from '#protocol/report.ts';
import { workerModules } from './local-bundle.ts';
import { applyMigrations } from './local-migrations.ts';
import { waitForFreePort } from './local-port.ts';
import { guardRuntime, silenceRuntime } from './local-runtime.ts';

const CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));

export interface LocalPartyOptions {
  readonly role: PartyRole;
  /** On 127.0.0.1. */
  readonly port: number;
  /** Folder of this party's files, database and rounds; made if missing. No other party may use it. */
  readonly storage: string;
  /** Its Ed25519 private key, PKCS #8 as base64url. */
  readonly partyKey: string;
  /** The other party's raw public key, base64url; empty where there is none. */
  readonly peerKey: string;
  /** The operator's raw Ed25519 public key, base64url. */
  readonly operatorKey: string;
  /** Folder with the built widget; a leader without it serves none. */
  readonly assets?: string;
}

/** A party that runs. */
export interface LocalParty {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Its raw Ed25519 public key, base64url. */
  readonly publicKey: string;
  /** Its storage, for tests to look into: `getR2Bucket('KEYS')`, `getD1Database('DB')`. */
  readonly storage: Pick<Miniflare, 'getR2Bucket' | 'getD1Database'>;
  /** Ends it; what it has answered is on disk. */
  stop(): Promise<void>;
}

/**
 * Runs a party in workerd on this machine: the deployed worker with the bindings of
 * `wrangler.toml`, its storage in a folder. Needs no network and no account.
 *
 * @throws {PortBusyError} If the port stays taken.
 * @throws {ProtocolError} `bad-key` if `partyKey` is no key.
 * @throws {RangeError} If the assets' folder is missing.
 */
export async function startLocalParty(options: LocalPartyOptions): Promise<LocalParty> {
  const { publicKey } = await importSigningKey(options.partyKey);
  if (options.assets !== undefined && !existsSync(options.assets)) {
    throw new RangeError(
      `expected the built widget at ${options.assets}, but there is nothing: build it or leave assets out`,
    );
  }
  const storage = resolve(options.storage);
  await mkdir(storage, { recursive: true });
  silenceRuntime();
  guardRuntime();
  const modules = await workerModules();
  await waitForFreePort(options.port);

  // The modules are listed, so rules on which files are modules have nothing to say.
  const { assets, bindings, modulesRules: _, ...worker } = readWorkerOptions(CONFIG, options.role).workerOptions;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: options.port,
      resourcePersistencePath: storage,
      log: new Log(LogLevel.ERROR),
      // What the worker logs must not mix with the one line on standard output.
      handleStructuredLogs: ({ message }) => console.error(message),
      telemetry: { enabled: false },
      cf: false,
      workers: [
        {
          ...worker,
          name: `vitrine-${options.role}`,
          modules,
          bindings: {
            ...(bindings as object),
            PARTY_PRIVATE_KEY: options.partyKey,
            PEER_PUBLIC_KEY: options.peerKey,
            OPERATOR_PUBLIC_KEY: options.operatorKey,
          },
          ...(assets && options.assets
            ? { assets: { ...(assets as object), directory: resolve(options.assets) } }
            : {}),
        },
      ],
    }),
  );
  try {
    await miniflare.ready;
    await applyMigrations(await miniflare.getD1Database('DB'));
  } catch (error) {
    await miniflare.dispose().catch(() => {});
    throw error;
  }
  return {
    origin: `http://127.0.0.1:${options.port}`,
    publicKey,
    storage: miniflare,
    stop: () => miniflare.dispose(),
  };
}
