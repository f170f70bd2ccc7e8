import type { ModelVersion } from '#protocol/ids.ts';
import { type Manifest, signManifest } from '#protocol/manifest.ts';
import { MODEL_LIFETIME_MS } from './bundle.ts';
import { InputError, quoteInput } from './input-error.ts';
import { currentPublication, openOwnManifest, type Shop } from './publish.ts';

/** A version that is served again under a new number. */
export interface Republication {
  /** What was published before it. */
  readonly from: ModelVersion | undefined;
  readonly to: ModelVersion;
  /** What it is made of: the version of this number. */
  readonly of: ModelVersion;
}

/**
 * Goes back to an earlier version. Devices refuse lower sequence numbers than they have seen, so its manifest is signed
 * anew with the next one; its files are still there.
 *
 * @param version Which one; the one before the current one if left out.
 * @throws {InputError} If there is none to go back to.
 */
export async function rollBack(at: Shop, version?: string): Promise<Republication> {
  const [current, ...earlier] = await at.edge.versions();
  const wanted = version === undefined ? earlier[0] : earlier.find((candidate) => candidate.version === version);
  if (!wanted) {
    const known = earlier.length === 0 ? 'none' : earlier.map((candidate) => candidate.version).join(', ');
    const came = version === undefined ? '' : `, came ${quoteInput(version)}`;
    throw new InputError(`expected an earlier version to go back to (${known})${came}; nothing was changed`);
  }
  const { manifest } = await openOwnManifest(await at.edge.version(wanted.sequence), at);
  return republish(at, { manifest, from: current?.version });
}

/**
 * Signs what is published anew, with the key of `at`: after a change of key.
 *
 * @throws {InputError} If nothing is published.
 */
export async function resign(at: Shop): Promise<Republication> {
  const published = await currentPublication(at);
  if (!published) throw new InputError('expected a published model, found none; run "vitrine publish"');
  return republish(at, { manifest: published.manifest, from: published.manifest.version });
}

async function republish(
  { edge, key }: Shop,
  { manifest, from }: { readonly manifest: Manifest; readonly from: ModelVersion | undefined },
): Promise<Republication> {
  const sequence = (await edge.publication()).manifestSequence + 1;
  const to = manifest.version.replace(/^v\d+/, `v${sequence}`) as ModelVersion;
  const nowMs = Date.now();
  const next = { ...manifest, version: to, sequence, createdAtMs: nowMs, expiresAtMs: nowMs + MODEL_LIFETIME_MS };
  await edge.putManifest(await signManifest(next, key));
  return { from, to, of: manifest.version };
}
