import { type Context, Hono } from 'hono';
import type * as v from 'valibot';
import { limitBody, MESSAGE_MAX_BYTES } from '#edge/body-limit.ts';
import type { EdgeEnv } from '#edge/env.ts';
import { digestIn } from '#edge/path-ids.ts';
import { Problem } from '#edge/problem.ts';
import { signedByShop } from '#edge/sender-auth.ts';
import { activeShop } from '#edge/shops/known-shop.ts';
import { findShopWithPublications, type Published, publishingFingerprints, signerOf } from '#edge/shops/shop-store.ts';
import { wakeUpkeep } from '#edge/upkeep/upkeep-stub.ts';
import { fromBase64Url } from '#protocol/bytes.ts';
import { digestOf, verifyFile } from '#protocol/digest.ts';
import { EnvelopeSchema } from '#protocol/envelope.ts';
import { openLive } from '#protocol/live.ts';
import { openManifest } from '#protocol/manifest.ts';
import { parseJson } from '#protocol/parse.ts';
import {
  type MissingFilesSchema,
  NeededFilesSchema,
  type Publication,
  type PublishedVersionsSchema,
} from '#protocol/publication.ts';
import { missingFiles } from './file-index.ts';
import { FILE_MAX_BYTES, storeFile } from './file-store.ts';
import { filesOfCandidate } from './manifest-file.ts';
import { type PublishOutcome, publishLive, publishManifest } from './publication-store.ts';
import { findVersion, listVersions } from './version-store.ts';

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
    await storeFile(c.env, c.get('shop'), { digest, bytes });
    return c.json({ kind: 'stored' });
  })
  .post('/v1/shops/:shop/missing-files', activeShop, limitBody(MANIFEST_MAX_BYTES), signedByShop, async (c) => {
    const { files } = parseJson(NeededFilesSchema, c.get('signedBody'), 'bad-json');
    const missing = await missingFiles(c.env.DB, c.get('shop').id, { files, nowMs: Date.now() });
    return c.json({ missing } satisfies v.InferOutput<typeof MissingFilesSchema>);
  })
  .get('/v1/shops/:shop/publication', activeShop, limitBody(MESSAGE_MAX_BYTES), signedByShop, async (c) => {
    const found = await findShopWithPublications(c.env.DB, c.get('shop').id);
    if (!found) throw new Problem('unknown-shop'); // deleted meanwhile
    const { manifest, live, manifestSequence, liveSequence } = found;
    const read = (message: Published | undefined) =>
      message ? parseJson(EnvelopeSchema, message.envelope, 'envelope-invalid') : null;
    const publication = { manifest: read(manifest), live: read(live), manifestSequence, liveSequence };
    return c.json(publication satisfies Publication);
  })
  .get('/v1/shops/:shop/versions', activeShop, limitBody(MESSAGE_MAX_BYTES), signedByShop, async (c) => {
    const versions = await listVersions(c.env.DB, c.get('shop').id);
    return c.json({ versions } satisfies v.InferOutput<typeof PublishedVersionsSchema>);
  })
  .get('/v1/shops/:shop/versions/:sequence', activeShop, limitBody(MESSAGE_MAX_BYTES), signedByShop, async (c) => {
    const envelope = await findVersion(c.env.DB, c.get('shop').id, Number(c.req.param('sequence')));
    if (!envelope) throw new Problem('unknown-version');
    return c.body(envelope, 200, { 'content-type': 'application/json' });
  })
  .put('/v1/shops/:shop/manifest', activeShop, limitBody(MANIFEST_MAX_BYTES), signedByShop, async (c) => {
    const shop = c.get('shop');
    const envelope = parseJson(EnvelopeSchema, c.get('signedBody'), 'envelope-invalid');
    const { manifest, payload } = await openManifest(envelope, await trustOf(c));
    const nowMs = Date.now();
    const missing = await missingFiles(c.env.DB, shop.id, { files: manifest.files, nowMs });
    if (missing.length > 0) {
      throw new Problem('files-missing', {
        title: `${missing.length} files of the manifest are missing or have another length.`,
      });
    }
    const signed = {
      envelope: JSON.stringify(envelope),
      digest: await digestOf(payload),
      signedBy: signerOf(envelope, shop),
    };
    const outcome = await publishManifest(c.env.DB, shop, { ...signed, manifest, nowMs });
    if (outcome.kind === 'published') await wakeUpkeep(c.env);
    return answerOutcome(c, outcome, 'manifest-older-than-seen');
  })
  .put('/v1/shops/:shop/live', activeShop, limitBody(LIVE_MAX_BYTES), signedByShop, async (c) => {
    const envelope = parseJson(EnvelopeSchema, c.get('signedBody'), 'envelope-invalid');
    const shop = c.get('shop');
    const { live } = await openLive(envelope, await trustOf(c));
    const canaryFiles = live.canary ? await filesOfCandidate(c.env, shop, live.canary.manifest) : [];
    const digest = await digestOf(fromBase64Url(envelope.payload));
    const signed = { envelope: JSON.stringify(envelope), digest, signedBy: signerOf(envelope, shop) };
    const outcome = await publishLive(c.env.DB, shop, { ...signed, live, canaryFiles });
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
  if (outcome.kind === 'shop-changed') throw new Problem('shop-changed');
  return c.json(outcome);
}
