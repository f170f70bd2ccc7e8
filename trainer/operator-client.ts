import { type Bytes, utf8 } from '#protocol/bytes.ts';
import type { ShopId } from '#protocol/ids.ts';
import type { PartyIdentity } from '#protocol/round-messages.ts';
import {
  type AuditEntry,
  AuditLogSchema,
  type ShopList,
  ShopListSchema,
  type ShopSettingsSent,
  type ShopState,
  type ShopView,
  ShopViewSchema,
} from '#protocol/shop.ts';
import { EdgeError } from './edge-error.ts';
import { EdgeTransport, type EdgeTransportOptions } from './edge-transport.ts';

/** What an operator does at one party; `key` is the operator's. Every change may be repeated. */
export class OperatorClient {
  readonly #transport: EdgeTransport;

  constructor(options: EdgeTransportOptions) {
    this.#transport = new EdgeTransport(options);
  }

  get origin(): string {
    return this.#transport.origin;
  }

  identity(): Promise<PartyIdentity> {
    return this.#transport.identity();
  }

  /** All shops, in order of their ids. */
  async listShops(): Promise<ShopList['shops']> {
    const shops: ShopList['shops'] = [];
    for (let after: string | null = ''; after !== null; ) {
      const page: ShopList = await this.#transport.json(
        ShopListSchema,
        await this.#transport.signed('GET', `/v1/shops?after=${after}`),
      );
      shops.push(...page.shops);
      after = page.next;
    }
    return shops;
  }

  /** The shop, or `undefined` where there is none. */
  async findShop(shop: ShopId): Promise<ShopView | undefined> {
    try {
      return await this.#view('GET', shop);
    } catch (error) {
      if (error instanceof EdgeError && error.code === 'unknown-shop') return undefined;
      throw error;
    }
  }

  /** Makes a shop or replaces its settings; keys stay. */
  saveShop(shop: ShopId, settings: ShopSettingsSent): Promise<ShopView> {
    return this.#view('PUT', shop, { body: settings });
  }

  setState(shop: ShopId, state: ShopState): Promise<ShopView> {
    return this.#view('PUT', shop, { path: '/state', body: { state } });
  }

  addKey(shop: ShopId, publicKey: string): Promise<ShopView> {
    return this.#view('PUT', shop, { path: `/keys/${publicKey}` });
  }

  /** For good. */
  revokeKey(shop: ShopId, publicKey: string): Promise<ShopView> {
    return this.#view('DELETE', shop, { path: `/keys/${publicKey}` });
  }

  /** For good: the id is not given again. */
  async deleteShop(shop: ShopId): Promise<void> {
    await this.#transport.signed('DELETE', `/v1/shops/${shop}`);
  }

  /** The latest changes, latest first. */
  async auditLog(shop: ShopId): Promise<readonly AuditEntry[]> {
    const response = await this.#transport.signed('GET', `/v1/shops/${shop}/audit-log`);
    return (await this.#transport.json(AuditLogSchema, response)).entries;
  }

  async #view(
    method: string,
    shop: ShopId,
    { path = '', body }: { readonly path?: string; readonly body?: unknown } = {},
  ): Promise<ShopView> {
    const bytes: Bytes | undefined = body === undefined ? undefined : utf8(JSON.stringify(body));
    const response = await this.#transport.signed(method, `/v1/shops/${shop}${path}`, bytes);
    return this.#transport.json(ShopViewSchema, response);
  }
}
