import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import type { LocalPartyOptions } from './start-local-party.ts';

const USAGE = `node edge/local-party.ts --role leader|helper --port N --storage DIR --party-key FILE
  --operator-key PUBLIC_KEY [--peer-key PUBLIC_KEY] [--assets DIR] [--exit-with-parent]`;

const ArgumentsSchema = v.object({
  role: v.picklist(['leader', 'helper']),
  port: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.integer(), v.minValue(1), v.maxValue(65535)),
  storage: v.pipe(v.string(), v.minLength(1)),
  /** File with the private key, PKCS #8 as base64url. */
  'party-key': v.pipe(v.string(), v.minLength(1)),
  'operator-key': v.pipe(v.string(), v.minLength(1)),
  'peer-key': v.optional(v.string(), ''),
  assets: v.optional(v.string()),
  'exit-with-parent': v.optional(v.boolean(), false),
});

/** Runs one party until it is told to stop: the command line of `startLocalParty`. */
async function main(): Promise<void> {
  const { endsWithParent, ...options } = await readOptions();
  // Loaded late: it takes a second, and wrong arguments are answered at once.
  const { startLocalParty } = await import('./start-local-party.ts');
  const starting = startLocalParty(options);
  // Asked to stop while still starting, it stops as soon as it can do so in order.
  const stop = async () => {
    await starting.then((party) => party.stop());
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  if (endsWithParent) process.stdin.resume().once('end', stop).once('error', stop);
  const { origin, publicKey } = await starting;
  console.log(JSON.stringify({ kind: 'ready', role: options.role, origin, publicKey }));
}

async function readOptions(): Promise<LocalPartyOptions & { readonly endsWithParent: boolean }> {
  const { values } = parseArgs({
    options: {
      role: { type: 'string' },
      port: { type: 'string' },
      storage: { type: 'string' },
      'party-key': { type: 'string' },
      'peer-key': { type: 'string' },
      'operator-key': { type: 'string' },
      assets: { type: 'string' },
      'exit-with-parent': { type: 'boolean' },
    },
  });
  const result = v.safeParse(ArgumentsSchema, values);
  if (!result.success) {
    throw new TypeError(`expected --${v.getDotPath(result.issues[0])} to be given and valid; usage:\n${USAGE}`);
  }
  const { role, port, storage, assets, ...rest } = result.output;
  return {
    role,
    port,
    storage,
    partyKey: (await readFile(rest['party-key'], 'utf8')).trim(),
    peerKey: rest['peer-key'],
    operatorKey: rest['operator-key'],
    endsWithParent: rest['exit-with-parent'],
    ...(assets !== undefined && { assets }),
  };
}

// Bad arguments, a taken port, a missing file: each says in one sentence what to do.
main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(2);
});
