import { Hono } from 'hono';
import { LEDGER_MAX_BYTES, limitBody } from '#edge/body-limit.ts';
import type { EdgeEnv } from '#edge/env.ts';
import { ownKey, peerKey } from '#edge/party.ts';
import { withSecondParty } from '#edge/party-guards.ts';
import { Problem } from '#edge/problem.ts';
import { signedByShop } from '#edge/sender-auth.ts';
import { activeShop } from '#edge/shops/known-shop.ts';
import { fingerprintOf } from '#protocol/keys.ts';
import { LEDGER_ENTRIES_A_REQUEST, LedgerSchema, openLedgerEntry } from '#protocol/ledger.ts';
import { parseJson } from '#protocol/parse.ts';
import { insertEntry, ledgerIds, readLedger } from './ledger-store.ts';

const LEDGER = '/v1/shops/:shop/ledger';

/** This party's copy of the shop's privacy ledger: read by the trainer, and mended by it after a restore. */
export const ledgerRoutes = new Hono<EdgeEnv>()
  .use(LEDGER, activeShop, withSecondParty, limitBody(LEDGER_MAX_BYTES), signedByShop)
  .get(LEDGER, async (c) => c.json({ entries: await readLedger(c.env.DB, c.get('shop').id) }))
  .post(LEDGER, async (c) => {
    const { DB, ROLE } = c.env;
    const shop = c.get('shop');
    const { entries } = parseJson(LedgerSchema, c.get('signedBody'), 'round-message-invalid');
    if (entries.length > LEDGER_ENTRIES_A_REQUEST) throw new Problem('round-message-invalid');
    const helperKey = ROLE === 'helper' ? (await ownKey(c.env)).publicKey : peerKey(c.env);
    // What a key signed before it was revoked stays true.
    const shopKeys = await Promise.all([...shop.publishingKeys, ...shop.revokedKeys].map(fingerprintOf));
    const trusted = [shopKeys, await fingerprintOf(helperKey)];
    // All are checked before the first is written.
    const opened = await Promise.all(entries.map((envelope) => openLedgerEntry(envelope, { shop: shop.id, trusted })));
    const rows = opened.map(({ id, terms, envelope }) =>
      insertEntry(DB, {
        taskId: id,
        shop: shop.id,
        envelope: JSON.stringify(envelope),
        numEarlier: terms.ledger?.count ?? null,
      }),
    );
    if (rows.length === 0) return c.json({ kind: 'kept' });
    await DB.batch(rows);
    // Another entry after the same tasks, as restored copies may have, leaves no room for one.
    const kept = new Set(await ledgerIds(DB, shop.id));
    if (!opened.every(({ id }) => kept.has(id))) throw new Problem('ledger-differs');
    return c.json({ kind: 'kept' });
  });
