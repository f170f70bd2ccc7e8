import * as v from 'valibot';
import { type ShopId, ShopIdSchema } from '#protocol/ids.ts';
import {
  type AuditEntry,
  PublicKeySchema,
  type ShopList,
  ShopSettingsSchema,
  type ShopSettingsSent,
  type ShopView,
} from '#protocol/shop.ts';
import { InputError, quoteInput } from './input-error.ts';
import type { OperatorClient } from './operator-client.ts';

/** Settings as a command names them: what is missing stays, or has its default. */
export type SomeSettings = Partial<ShopSettingsSent>;

/**
 * Makes a shop with its keys. Where it is there already, its settings become these and the keys are added.
 *
 * @throws {InputError} If the id, an origin or a key cannot be one.
 */
export async function createShop(
  operator: OperatorClient,
  { id, settings, keys }: { readonly id: string; readonly settings: SomeSettings; readonly keys: readonly string[] },
): Promise<ShopView> {
  const shop = parseShopId(id);
  const publicKeys = keys.map(parsePublicKey);
  let view = await operator.saveShop(shop, parseSettings(settings));
  for (const publicKey of publicKeys) view = await operator.addKey(shop, publicKey);
  return view;
}

/** Changes some settings. @throws {InputError} If there is no such shop, or a setting cannot be one. */
export async function changeShop(
  operator: OperatorClient,
  { id, settings }: { readonly id: string; readonly settings: SomeSettings },
): Promise<ShopView> {
  const before = await requireShop(operator, id);
  const limits = { ...before.settings.limits, ...settings.limits };
  return operator.saveShop(before.shop, parseSettings({ ...before.settings, ...settings, limits }));
}

/** @throws {InputError} If there is no such shop at this party. */
export async function requireShop(operator: OperatorClient, id: string): Promise<ShopView> {
  const shop = await operator.findShop(parseShopId(id));
  if (shop) return shop;
  throw new InputError(
    `expected a shop ${quoteInput(id)} at ${operator.origin}, found none; "vitrine shop list" shows those it has`,
  );
}

/** @throws {InputError} If it cannot be a shop's id. */
export function parseShopId(id: string): ShopId {
  const parsed = v.safeParse(ShopIdSchema, id);
  if (parsed.success) return parsed.output;
  throw new InputError(
    `expected a shop id, ${parsed.issues[0].message.replace('expected ', '')}, came ${quoteInput(id)}`,
  );
}

/** @throws {InputError} If it cannot be a public key. */
export function parsePublicKey(text: string): string {
  const parsed = v.safeParse(PublicKeySchema, text);
  if (parsed.success) return parsed.output;
  throw new InputError(
    `expected a public key of 43 base64url characters, as "vitrine key show" prints it, came ${quoteInput(text)}`,
  );
}

function parseSettings(settings: SomeSettings): ShopSettingsSent {
  const parsed = v.safeParse(ShopSettingsSchema, settings);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new InputError(`${issue.message} in ${v.getDotPath(issue) ?? 'the settings'}, came ${quoteInput(issue.input)}`);
}

/** A shop in a few lines. */
export function formatShop({ shop, state, settings, keys, manifestSequence }: ShopView): string {
  const { allowedOrigins, limits, region } = settings;
  return [
    `${shop}, ${state}${region ? `, in ${region}` : ''}`,
    `origins ${allowedOrigins.join(' ')}`,
    `limits  ${limits.storageBytes / 1e6} MB of files, ${limits.reportsPerRound} reports a round`,
    `model   ${manifestSequence === 0 ? 'none published' : `version ${manifestSequence}`}`,
    ...keys.map(({ publicKey, addedAtMs, revokedAtMs }) => {
      const revoked = revokedAtMs === null ? '' : `, revoked ${dateOf(revokedAtMs)}`;
      return `key     ${publicKey} since ${dateOf(addedAtMs)}${revoked}`;
    }),
    ...(keys.length === 0 ? ['key     none: nothing can be published'] : []),
  ].join('\n');
}

/** Shops, one a line. */
export function formatShops(shops: ShopList['shops']): string {
  if (shops.length === 0) return 'no shops';
  const width = Math.max(...shops.map(({ shop }) => shop.length));
  return shops
    .map(({ shop, state, createdAtMs }) => `${shop.padEnd(width)}  ${state}  since ${dateOf(createdAtMs)}`)
    .join('\n');
}

/** Changes in order of the log, one a line. */
export function formatAudit(entries: readonly AuditEntry[]): string {
  if (entries.length === 0) return 'nothing was ever changed';
  return entries
    .map(({ atMs, action, by, detail }) => `${new Date(atMs).toISOString()}  ${action}  ${detail}  by ${by}`)
    .join('\n');
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
