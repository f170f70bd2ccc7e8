import { type Bytes, utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { Envelope } from '#protocol/envelope.ts';
import type { Digest, ModelVersion, ShopId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { type Live, signLive } from '#protocol/live.ts';
import {
  FILE_KINDS,
  MANIFEST_FORMAT,
  type Manifest,
  type ManifestFile,
  ROW_KINDS,
  signManifest,
} from '#protocol/manifest.ts';
import { signRequest } from '#protocol/signed-request.ts';

export const SHOP = 'mug-shop' as ShopId;
const DAY_MS = 86_400_000;

/** A signed request to a party's route of the test shop. */
export async function sendSigned(
  origin: string,
  request: { readonly method: string; readonly path: string; readonly body?: Bytes | string },
  { key, nowMs = Date.now() }: { readonly key: SigningKey; readonly nowMs?: number },
): Promise<Response> {
  const { method, path, body } = request;
  const unsigned = new Request(`${origin}/v1/shops/${SHOP}${path}`, { method, ...(body !== undefined && { body }) });
  return fetch(await signRequest(unsigned, key, nowMs));
}

/** Files of a tiny model, one of each kind; what is in them is nothing to the edge. */
export async function tinyFiles(label: string): Promise<{ readonly entry: ManifestFile; readonly bytes: Bytes }[]> {
  return Promise.all(
    FILE_KINDS.map(async (kind) => {
      const bytes = utf8(`${label} ${kind} ${'x'.repeat(73)}`);
      const named = { digest: await digestOf(bytes), bytes: bytes.length };
      const isOfRows = ROW_KINDS.some((rowKind) => rowKind === kind);
      const entry = { kind, ...named, ...(isOfRows && { firstRow: 0, rows: 5 }) } as ManifestFile;
      return { entry, bytes };
    }),
  );
}

/** A manifest of those files. */
export function tinyManifest(files: readonly ManifestFile[], overrides: Partial<Manifest> = {}): Manifest {
  const nowMs = Date.now();
  const { sequence = 3 } = overrides;
  return {
    format: MANIFEST_FORMAT,
    shop: SHOP,
    version: `v${sequence}-0f1e2d3c` as ModelVersion,
    sequence,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + 30 * DAY_MS,
    config: {
      numItems: 5,
      dim: 4,
      numHeads: 2,
      hiddenDim: 8,
      maxEvents: 20,
      numGroups: 5,
      blend: [
        {
          maxEvents: null,
          sequence: 1.5,
          neighbors: 0.7,
          text: 0.2,
          popularity: 0.1,
          seen: -0.4,
          again: 0.6,
          fresh: 0.3,
        },
      ],
      recall: { eventDecay: 0.8, visitDecay: 0.9, earlier: 0.3, likeness: 2 },
    },
    files: [...files],
    ...overrides,
  };
}

/** Uploads a tiny model and makes it current. @returns The manifest's envelope and the model digest. */
export async function publishTinyModel(
  origin: string,
  key: SigningKey,
  overrides: Partial<Manifest> = {},
): Promise<{ readonly envelope: Envelope; readonly manifest: Manifest }> {
  const files = await tinyFiles(`model ${overrides.sequence ?? 3}`);
  for (const { entry, bytes } of files) {
    const stored = await sendSigned(origin, { method: 'PUT', path: `/files/${entry.digest}`, body: bytes }, { key });
    if (!stored.ok) throw new Error(`expected the file to be stored, got ${stored.status}`);
  }
  const manifest = tinyManifest(
    files.map(({ entry }) => entry),
    overrides,
  );
  const envelope = await signManifest(manifest, key);
  const published = await putManifest(origin, envelope, key);
  if (!published.ok) throw new Error(`expected the manifest to be published, got ${await published.text()}`);
  return { envelope, manifest };
}

/** Uploads a tiny model and its signed manifest as a file, which names it in a task. */
export async function stageTinyCandidate(
  origin: string,
  key: SigningKey,
): Promise<{ readonly digest: Digest; readonly bytes: number }> {
  const files = await tinyFiles('candidate');
  const manifest = tinyManifest(files.map(({ entry }) => entry));
  const signed = utf8(JSON.stringify(await signManifest(manifest, key)));
  const file = { digest: await digestOf(signed), bytes: signed.length };
  for (const { digest, content } of [
    ...files.map(({ entry, bytes }) => ({ digest: entry.digest, content: bytes })),
    { digest: file.digest, content: signed },
  ]) {
    const stored = await sendSigned(origin, { method: 'PUT', path: `/files/${digest}`, body: content }, { key });
    if (!stored.ok) throw new Error(`expected the file to be stored, got ${stored.status}`);
  }
  return file;
}

export function putManifest(origin: string, envelope: Envelope, key: SigningKey): Promise<Response> {
  return sendSigned(origin, { method: 'PUT', path: '/manifest', body: JSON.stringify(envelope) }, { key });
}

/** Publishes a live message; `overrides` replace its fields. */
export async function putLive(origin: string, key: SigningKey, overrides: Partial<Live> = {}): Promise<Response> {
  const nowMs = Date.now();
  const live: Live = {
    format: 1,
    shop: SHOP,
    sequence: 7,
    issuedAtMs: nowMs,
    expiresAtMs: nowMs + DAY_MS,
    shelvesOff: false,
    stock: {},
    priceCents: {},
    rules: [],
    revokedKeys: [],
    ...overrides,
  };
  const envelope = await signLive(live, key);
  return sendSigned(origin, { method: 'PUT', path: '/live', body: JSON.stringify(envelope) }, { key });
}

/** A problem's code, with the status it came with. */
export async function problemOf(response: Response): Promise<[number, string]> {
  const { code } = (await response.json()) as { code: string };
  return [response.status, code];
}
