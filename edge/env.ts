import type { D1Database, R2Bucket } from '@cloudflare/workers-types';
import type { Bytes } from '#protocol/bytes.ts';
import type { PartyRole } from '#protocol/report.ts';
import type { RoundNamespace } from './rounds/round-stub.ts';
import type { Shop, ShopWithPublications } from './shops/shop-store.ts';
import type { UpkeepNamespace } from './upkeep/upkeep-stub.ts';

/** What `wrangler.toml` binds. */
export interface Env {
  readonly ROLE: PartyRole;
  /** Model files of every shop, by digest. */
  readonly FILES: R2Bucket;
  /**
   * HPKE private keys of tasks. Kept out of D1 and Durable Object storage, whose point-in-time
   * recovery would bring back a key that was destroyed.
   */
  readonly KEYS: R2Bucket;
  readonly DB: D1Database;
  readonly ROUND: RoundNamespace;
  readonly UPKEEP: UpkeepNamespace;
  /** The widget's files; only a leader has them. */
  readonly ASSETS?: { fetch(request: Request): Promise<Response> };
  /** Ed25519 private key, PKCS #8 as base64url: who this party is. */
  readonly PARTY_PRIVATE_KEY: string;
  /** The other party's raw Ed25519 public key, base64url. Empty where there is no second operator. */
  readonly PEER_PUBLIC_KEY: string;
  /** Who may make, change and delete shops: the operator's raw Ed25519 public key, base64url. */
  readonly OPERATOR_PUBLIC_KEY: string;
}

/** Hono's environment: bindings, and what middleware has established about a request. */
export interface EdgeEnv {
  Bindings: Env;
  Variables: {
    /** The shop in the address, once it is known to exist. */
    shop: Shop;
    /** What it has published, on routes for devices. */
    published: Pick<ShopWithPublications, 'manifest' | 'live'>;
    /** The body of a request whose signature is verified. */
    signedBody: Bytes;
    /** Its signer: raw Ed25519 public key, base64url. */
    signer: string;
  };
}
