import * as v from 'valibot';
import { InputError } from '#trainer/input-error.ts';
import type { CloudflareApi } from './cloudflare-api.ts';
import type { RunWrangler } from './run-wrangler.ts';

/** An account, as Cloudflare names it. */
export interface Account {
  readonly id: string;
  readonly name: string;
}

/** Who asks Cloudflare: a token made for this, or whoever has run "wrangler login". */
export interface Credentials {
  readonly kind: 'api-token' | 'login';
  readonly token: string;
}

const AuthTokenSchema = v.object({ type: v.string(), token: v.pipe(v.string(), v.minLength(1)) });
const VerifiedSchema = v.object({ status: v.string() });
const AccountSchema = v.object({ id: v.string(), name: v.string() });

const HOW_TO_SIGN_IN =
  'run "npx wrangler login", or make a token at https://dash.cloudflare.com/profile/api-tokens from the template “Edit Cloudflare Workers”, add “Account · D1 · Edit” to it, and set CLOUDFLARE_API_TOKEN';

/**
 * The token of the environment, else that of wrangler's own login.
 *
 * @throws {InputError} If there is neither.
 */
export async function findCredentials(wrangler: RunWrangler): Promise<Credentials> {
  const token = process.env.CLOUDFLARE_API_TOKEN?.trim();
  if (token) return { kind: 'api-token', token };
  const printed = await wrangler(['auth', 'token', '--json']).catch(() => '');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), AuthTokenSchema), printed);
  if (parsed.success && parsed.output.type === 'oauth') return { kind: 'login', token: parsed.output.token };
  throw new InputError(`expected to be signed in at Cloudflare, found neither a token nor a login; ${HOW_TO_SIGN_IN}`);
}

/**
 * The one account that a party is to be deployed to.
 *
 * @param wanted What `--account` or the environment says.
 * @throws {InputError} If the token is no longer one, reaches no account, another one, or several to choose from.
 */
export async function findAccount(
  api: CloudflareApi,
  { kind }: Credentials,
  wanted: string | undefined,
): Promise<Account> {
  if (kind === 'api-token') await requireActive(api, wanted);
  const accounts = await api.list(AccountSchema, '/accounts');
  if (wanted !== undefined) {
    const found = accounts.find(({ id }) => id === wanted);
    if (found) return found;
    // A token made for one account may not be allowed to list any.
    if (accounts.length === 0) return { id: wanted, name: wanted };
    throw new InputError(`expected account ${wanted} to be one that the token reaches, it reaches ${named(accounts)}`);
  }
  const [only, ...others] = accounts;
  if (only === undefined) {
    throw new InputError(
      'expected the token to reach an account, it reaches none; give it “Account · Account Settings · Read” for the account, or name the account with --account',
    );
  }
  if (others.length > 0) {
    throw new InputError(`expected one account, the token reaches ${named(accounts)}; name one with --account ID`);
  }
  return only;
}

async function requireActive(api: CloudflareApi, wanted: string | undefined): Promise<void> {
  const owners = ['/user', ...(wanted === undefined ? [] : [`/accounts/${wanted}`])]; // a token is a person's or an account's
  for (const owner of owners) {
    const verified = await api.find(VerifiedSchema, `${owner}/tokens/verify`).catch(() => undefined);
    if (verified?.status === 'active') return;
    if (verified !== undefined) {
      throw new InputError(
        `expected CLOUDFLARE_API_TOKEN to be active, Cloudflare says that it is ${verified.status}; make a new one: ${HOW_TO_SIGN_IN}`,
      );
    }
  }
  throw new InputError(
    `expected CLOUDFLARE_API_TOKEN to be a token of Cloudflare’s, it is not (one that belongs to an account needs --account too); ${HOW_TO_SIGN_IN}`,
  );
}

function named(accounts: readonly Account[]): string {
  return accounts.map(({ id, name }) => `${name} (${id})`).join(', ');
}
