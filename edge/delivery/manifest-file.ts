import type { Env } from '#edge/env.ts';
import { Problem } from '#edge/problem.ts';
import { publishingFingerprints, type Shop } from '#edge/shops/shop-store.ts';
import type { Digest } from '#protocol/ids.ts';
import { openManifest } from '#protocol/manifest.ts';
import { readJson } from '#protocol/parse.ts';
import { missingFiles, type NamedFile } from './file-index.ts';
import { readFile } from './file-store.ts';

/**
 * What devices need of a version that is not the published one: the file that is its signed manifest, and the files
 * that this lists. All of them are kept for a while from now on.
 *
 * @throws {Problem} `files-missing` if one is not there.
 * @throws {ProtocolError} What `openManifest` throws.
 */
export async function filesOfCandidate(env: Env, shop: Shop, file: NamedFile): Promise<Digest[]> {
  const stored = await readFile(env, { shop: shop.id, digest: file.digest });
  if (!stored || stored.size !== file.bytes) throw new Problem('files-missing');
  const nowMs = Date.now();
  const { manifest } = await openManifest(readJson(new Uint8Array(await stored.arrayBuffer()), 'envelope-invalid'), {
    publishingKeys: await publishingFingerprints(shop),
    shop: shop.id,
    lastSequence: 0,
    nowMs,
  });
  const files = [file, ...manifest.files];
  if ((await missingFiles(env.DB, shop.id, { files, nowMs })).length > 0) throw new Problem('files-missing');
  return files.map(({ digest }) => digest);
}
