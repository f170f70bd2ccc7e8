import { utf8 } from './bytes.ts';
import { digestOf } from './digest.ts';
import type { Digest } from './ids.ts';
import { codebooksFile, type Manifest, rowFiles, wholeFile } from './manifest.ts';

/**
 * Names the features a device trains on: SHA-256 of the digests of encoder, groups, codebooks if there
 * are any, and item shards, shards in row order, in hexadecimal, one a line.
 */
export async function itemFeatureDigest(manifest: Manifest): Promise<Digest> {
  const digests = [
    wholeFile(manifest, 'encoder').digest,
    rowFiles(manifest, 'groups').map((file) => file.digest),
    codebooksFile(manifest)?.digest ?? [],
    rowFiles(manifest, 'items').map((file) => file.digest),
  ].flat();
  return digestOf(utf8(digests.join('\n')));
}
