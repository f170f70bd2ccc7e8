import { type Context, Hono } from 'hono';
import { limitBody } from '#edge/body-limit.ts';
import type { EdgeEnv } from '#edge/env.ts';
import { digestIn } from '#edge/path-ids.ts';
import { Problem } from '#edge/problem.ts';
import { signedByShop } from '#edge/sender-auth.ts';
import { activeShop } from '#edge/shops/known-shop.ts';
import { publishingFingerprints, signerOf } from '#edge/shops/shop-store.ts';
import { fromBase64Url } from '#protocol/bytes.ts';
import { digestOf, verifyFile } from '#protocol/digest.ts';
import { EnvelopeSchema } from '#protocol/envelope.ts';
import { openLive } from '#protocol/live.ts';
import { openManifest } from '#protocol/manifest.ts';
import { parseJson } from '#protocol/parse.ts';
import { countMissingFiles, FILE_MAX_BYTES, storeFile } from './file-store.ts';
import { type PublishOutcome, publishLive, publishManifest } from './publication-store.ts';

/** Room for the digests of 4,000 shards, below what one database row holds. */
const MANIFEST_MAX_BYTES = 1024 * 1024;
const LIVE_MAX_BYTES = 1024 * 1024;

/** Which sequence number is too low is the store's business: it compares and writes in one step. */
const ANY_SEQUENCE = 0;

/** What the trainer writes: files first, then the manifest that makes them the current model. */
export const publishRoutes = new Hono<EdgeEnv>()
  .put('/v1/shops/:shop/files/:digest', activeShop, limitBody(FILE_MAX_BYTES), signedByShop, async (c) => {
    const digest = digestIn(c);
    const bytes = c.get('signedBody');
    await verifyFile(bytes, { digest, bytes: bytes.length });
    await storeFile(c.env.FILES, c.get('shop').id, { digest, bytes });
    return c.json({ kind: 'stored' });
  })
  .put('/v1/shops/:shop/manifest', activeShop, limitBody(MANIFEST_MAX_BYTES), signedByShop, async (c) => {
    const shop = c.get('shop');
    const envelope = parseJson(EnvelopeSchema, c.get('signedBody'), 'envelope-invalid');
    const { manifest, payload } = await openManifest(envelope, await trustOf(c));
    const numMissing = await countMissingFiles(c.env.FILES, shop.id, manifest);
    if (numMissing > 0) {
      throw new Problem('files-missing', {
        title: `${numMissing} files of the manifest are missing or have another length.`,
      });
    }
    const signed = {
      envelope: JSON.stringify(envelope),
      digest: await digestOf(payload),
      signedBy: signerOf(envelope, shop),
    };
    const outcome = await publishManifest(c.env.DB, shop, { ...signed, manifest, nowMs: Date.now() });
    return answerOutcome(c, outcome, 'manifest-older-than-seen');
  })
  .put('/v1/shops/:shop/live', activeShop, limitBody(LIVE_MAX_BYTES), signedByShop, async (c) => {
    const envelope = parseJson(EnvelopeSchema, c.get('signedBody'), 'envelope-invalid');
    const shop = c.get('shop');
    const { live } = await openLive(envelope, await trustOf(c));
    const digest = await digestOf(fromBase64Url(envelope.payload));
    const signed = { envelope: JSON.stringify(envelope), digest, signedBy: signerOf(envelope, shop) };
    const outcome = await publishLive(c.env.DB, shop, { ...signed, live });
    return answerOutcome(c, outcome, 'live-older-than-seen');
  });

async function trustOf(c: Context<EdgeEnv>) {
  const shop = c.get('shop');
  const publishingKeys = await publishingFingerprints(shop);
  return { publishingKeys, shop: shop.id, lastSequence: ANY_SEQUENCE, nowMs: Date.now() };
}

function answerOutcome(
  c: Context<EdgeEnv>,
  outcome: PublishOutcome,
  tooOld: 'manifest-older-than-seen' | 'live-older-than-seen',
): Response {
  if (outcome.kind === 'too-old') throw new Problem(tooOld);
  return c.json(outcome);
}
