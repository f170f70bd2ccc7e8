import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { InputError } from '#trainer/input-error.ts';
import { permissionFor } from './cloudflare-api.ts';

/**
 * Runs one command of wrangler to its end, without questions.
 *
 * @returns What it printed.
 * @throws {InputError} With what wrangler said, if it fails.
 */
export type RunWrangler = (args: readonly string[]) => Promise<string>;

const PACKAGE = createRequire(import.meta.url).resolve('wrangler/package.json');
const SCRIPT = join(dirname(PACKAGE), 'bin', 'wrangler.js'); // no export of the package

/** How Cloudflare says that a token may not do something. */
const NOT_ALLOWED = /\[code: (10000|9109)\]/;

/**
 * The project's own wrangler.
 *
 * Guarantee: what it is given to keep secret is in a file, never among its arguments; it writes no request to a log.
 *
 * @param folder Where it runs: its own notes (`.wrangler/`) are left there.
 * @param accountId Which account it works on; left out where it is not known yet.
 */
export function wranglerIn(folder: string, accountId?: string): RunWrangler {
  const { CLOUDFLARE_ENV: _, WRANGLER_LOG_SANITIZE: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    ...(accountId !== undefined && { CLOUDFLARE_ACCOUNT_ID: accountId }),
    CI: 'true', // its questions answer themselves
    NO_COLOR: '1',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_LOG: 'log', // "debug" writes request bodies to a file
  };
  return (args) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [SCRIPT, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let [printed, complaint] = ['', ''];
      child.stdout.on('data', (chunk) => {
        printed += chunk;
      });
      child.stderr.on('data', (chunk) => {
        complaint += chunk;
      });
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(printed);
        else reject(failure(args, stripVTControlCharacters(complaint || printed)));
      });
    });
}

function failure(args: readonly string[], complaint: string): InputError {
  const said = errorIn(complaint);
  const [, path = ''] = /Cloudflare API \((\S+)\)/.exec(said) ?? [];
  const permission = NOT_ALLOWED.test(said) ? permissionFor(path) : undefined;
  const todo =
    permission === undefined
      ? 'mend that and run the same command again, it goes on from here'
      : `give the token the permission “${permission}” at https://dash.cloudflare.com/profile/api-tokens and run the same command again`;
  const command = args.join(' ').replace(/ --.*/, '');
  return new InputError(`expected "wrangler ${command}" to work, but it said: ${said}; ${todo}`);
}

/** The error alone, in one line: wrangler adds where its log is and where to report bugs. */
function errorIn(complaint: string): string {
  const [, error = complaint] = /\[ERROR\]([\s\S]*?)(?:If you think this is a bug|🪵|$)/u.exec(complaint) ?? [];
  return error.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}
