import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { FIRST_SHELF_MAX_BYTES } from '#protocol/card-limits.ts';
import type { ShopId } from '#protocol/ids.ts';
import { buildBundle } from '#trainer/bundle.ts';
import { buildWidget } from '#widget/build.ts';
import { makeShop } from './made-shop.ts';
import type { Row } from './table.ts';

/** Most a script may weigh, brotli bytes, by the first part of its name. */
const SCRIPT_LIMITS: Readonly<Record<string, number>> = {
  vitrine: 2000,
  main: 18_500,
  worker: 14_000,
  'worker-webgpu': 50_000,
  learner: 20_000,
  prover: 5000,
  privacy: 6_000,
};

const NUM_ITEMS = 10_000;
/** Most that a device fetches of such a model, pictures left out. */
const BUNDLE_LIMIT = 2_000_000;

/** Something that shops load. */
export interface Size {
  readonly name: string;
  /** As they are, for scripts; models are compressed already. */
  readonly bytes: number | undefined;
  /** As they travel: brotli for scripts. */
  readonly sentBytes: number;
  readonly limit: number;
}

/** The shipped scripts, built afresh, and a made-up shop's model beside their limits. */
export async function measureSizes(): Promise<Size[]> {
  return [...(await scriptSizes()), ...(await modelSizes())];
}

/** The same as a table. */
export async function benchSizes(): Promise<Row[]> {
  const rows = (await measureSizes()).map(
    ({ name, bytes, sentBytes, limit }): Row => [name, bytes ?? '', sentBytes, limit],
  );
  return [['loaded by shops', 'bytes', 'bytes sent', 'limit'], ...rows];
}

async function scriptSizes(): Promise<Size[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-sizes-'));
  try {
    const scripts = await buildWidget(folder);
    return scripts.map(({ path, bytes }) => {
      const name = nameOf(path);
      const limit = SCRIPT_LIMITS[name];
      if (limit === undefined) throw new RangeError(`expected a limit for the script ${name}, got none`);
      return { name, bytes: bytes.length, sentBytes: brotliCompressSync(bytes).length, limit };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function modelSizes(): Promise<Size[]> {
  const { trained, items } = makeShop(NUM_ITEMS, 401);
  const { manifest } = await buildBundle(trained, { items, shop: 'made-shop' as ShopId, sequence: 3, nowMs: 17 });
  const bytesOf = (kinds: (kind: string) => boolean): number =>
    manifest.files.reduce((sum, { kind, bytes }) => sum + (kinds(kind) ? bytes : 0), 0);
  const sizeOf = (name: string, sentBytes: number, limit: number): Size => ({
    name,
    bytes: undefined,
    sentBytes,
    limit,
  });
  return [
    sizeOf(
      `model of ${NUM_ITEMS} items`,
      bytesOf(() => true),
      BUNDLE_LIMIT,
    ),
    sizeOf(
      'its first shelf',
      bytesOf((kind) => kind === 'first-shelf'),
      FIRST_SHELF_MAX_BYTES,
    ),
  ];
}

/** `widget/main.<hash>.js` → `main`. */
function nameOf(path: string): string {
  return (path.split('/').at(-1) as string).split('.')[0] as string;
}
