import type { Digest } from '#protocol/ids.ts';
import { type Bundle, createBundle } from '#widget/bundle.ts';
import type { OpenedManifest } from '#widget/manifest-source.ts';

/** A bundle with every file of its manifest taken, in the order in which they are listed. */
export async function wholeBundle(opened: OpenedManifest, files: ReadonlyMap<Digest, ArrayBuffer>): Promise<Bundle> {
  const builder = await createBundle(opened, () => undefined);
  for (const file of opened.manifest.files) await builder.take(file, files.get(file.digest) as ArrayBuffer);
  const { bundle } = builder;
  if (!bundle) throw new RangeError('expected a bundle, got none');
  return bundle;
}
