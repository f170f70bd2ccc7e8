import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ModelFile, parseModel } from '#model/model.ts';
import { utf8 } from '#protocol/bytes.ts';
import { EnvelopeSchema, type PayloadType, signEnvelope } from '#protocol/envelope.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { openLive } from '#protocol/live.ts';
import { openManifest } from '#protocol/manifest.ts';
import { parseJson } from '#protocol/parse.ts';
import { encodeModel } from '#trainer/trained-model.ts';
import { fixedKey } from '../protocol/fixed-key.ts';
import { NOW_MS, SHOP, sampleManifest } from '../protocol/manifest-fixture.ts';
import { randomTrained } from '../trainer/trained-fixture.ts';
import { mutatedJson } from './mutated-json.ts';

interface SignedMessage {
  readonly message: { readonly shop: string; readonly sequence: number; readonly expiresAtMs: number };
  readonly payloadType: PayloadType;
  readonly open: (envelope: unknown) => Promise<SignedMessage['message']>;
  readonly invalid: string;
}

let key: SigningKey;
beforeAll(async () => {
  key = await fixedKey(7);
});

const trust = () => ({ publishingKeys: [key.fingerprint], shop: SHOP, lastSequence: 12, nowMs: NOW_MS });

const MANIFEST: SignedMessage = {
  message: sampleManifest(),
  payloadType: 'application/vnd.vitrine.manifest+json',
  open: async (envelope) => (await openManifest(envelope, trust())).manifest,
  invalid: 'manifest-invalid',
};
const LIVE: SignedMessage = {
  message: {
    ...{ format: 1, shop: SHOP, sequence: 12, issuedAtMs: NOW_MS - 7000, expiresAtMs: NOW_MS + 900_000 },
    ...{ shelvesOff: false, stock: { mug: 'low' }, priceCents: { mug: 1299 }, revokedKeys: [] },
    ...{ rules: [{ kind: 'boost', target: { by: 'category', path: 'Home/Lamps' }, factor: 1.5 }] },
  },
  payloadType: 'application/vnd.vitrine.live+json',
  open: async (envelope) => (await openLive(envelope, trust())).live,
  invalid: 'live-invalid',
};

/** What came of reading something damaged: it was read, or refused by name. */
async function codeOf(read: () => unknown): Promise<string> {
  try {
    await read();
    return 'read';
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

describe.each([
  ['a manifest', MANIFEST],
  ['a live message', LIVE],
])('%s that is damaged', (_, { message, payloadType, open, invalid }) => {
  test('on the way is read as it was signed, or refused by name', async () => {
    const envelope = await signEnvelope(payloadType, utf8(JSON.stringify(message)), key);
    const codes = new Set<string>();
    const property = fc.asyncProperty(mutatedJson(envelope), async (damaged) => {
      const read = async () =>
        expect(await open(parseJson(EnvelopeSchema, damaged, 'envelope-invalid'))).toEqual(message);
      codes.add(await codeOf(read));
    });
    await fc.assert(property, { numRuns: 600, seed: 2503 });
    expect([...codes]).toEqual(
      expect.arrayContaining(['read', 'envelope-invalid', 'signature-invalid', 'unknown-key']),
    );
  });

  test('and signed is of this shop, valid now and no older than one seen, or refused by name', async () => {
    const codes = new Set<string>();
    const property = fc.asyncProperty(mutatedJson(message), async (payload) => {
      const read = async () => {
        const opened = await open(await signEnvelope(payloadType, payload, key));
        expect(opened.shop).toBe(SHOP);
        expect(opened.sequence).toBeGreaterThanOrEqual(12);
        expect(opened.expiresAtMs).toBeGreaterThan(NOW_MS);
      };
      codes.add(await codeOf(read));
    });
    await fc.assert(property, { numRuns: 600, seed: 2521 });
    expect([...codes]).toEqual(expect.arrayContaining(['read', invalid]));
    const others = [...codes].filter((code) => !/^(read|bad-id|manifest-expired|manifest-older-than-seen)$/.test(code));
    expect(others).toEqual([invalid]);
  });
});

test('a file of a model that is damaged makes a model all the same, or is refused by its kind', () => {
  const { config, ...rest } = randomTrained(41);
  const files = encodeModel({ config, ...rest }) as readonly ModelFile[];
  const seen = new Map(files.map(({ kind }) => [kind, new Set<string>()]));
  const damage = fc.record({
    file: fc.nat({ max: files.length - 1 }),
    at: fc.noBias(fc.nat()),
    bytes: fc.uint8Array({ maxLength: 8 }),
    cut: fc.nat({ max: 8 }),
  });
  const property = fc.property(damage, ({ file, at, bytes, cut }) => {
    const damaged = files.map((one, i): ModelFile => {
      if (i !== file) return one;
      const before = new Uint8Array(one.bytes);
      // The directory of a packed file is at its start: half of the damage is there.
      const start = at % (at % 2 === 0 ? before.length : Math.min(96, before.length));
      const after = [...before.subarray(0, start), ...bytes, ...before.subarray(start + cut)];
      return { ...one, bytes: Uint8Array.from(after).buffer };
    });
    const { kind } = files[file] as ModelFile;
    try {
      const { items } = parseModel(config, damaged);
      expect(items.numItems).toBe(config.numItems);
      seen.get(kind)?.add('read');
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      seen.get(kind)?.add(error.code);
    }
  });
  fc.assert(property, { numRuns: 3000, seed: 2531 });
  for (const [kind, codes] of seen) {
    const refusals = kind === 'items' ? ['shard-invalid', 'shard-truncated'] : [`${kind}-invalid`];
    expect([...codes].sort()).toEqual(['read', ...refusals].sort());
  }
});
