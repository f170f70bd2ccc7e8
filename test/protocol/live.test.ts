import { beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { signEnvelope } from '#protocol/envelope.ts';
import type { Digest, ItemId, KeyFingerprint, ShopId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { type Live, openLive, type Rule, signLive } from '#protocol/live.ts';
import { fixedKey } from './fixed-key.ts';
import { NOW_MS, SHOP } from './manifest-fixture.ts';

const MUG = 'mug' as ItemId;
const LAMP = 'lamp 40 W' as ItemId;

const RULES: Rule[] = [
  { kind: 'pin', target: { by: 'item', itemId: MUG }, rank: 2 },
  { kind: 'boost', target: { by: 'category', path: 'Home/Lamps' }, factor: 1.5 },
  { kind: 'bury', target: { by: 'item', itemId: LAMP } },
  { kind: 'hide', target: { by: 'category', path: 'Sale' } },
  { kind: 'limit', target: { by: 'category', path: 'Home' }, max: 3 },
];

function sampleLive(overrides: Partial<Live> = {}): Live {
  return {
    format: 1,
    shop: SHOP,
    sequence: 40,
    issuedAtMs: NOW_MS - 7000,
    expiresAtMs: NOW_MS + 900_000,
    shelvesOff: false,
    stock: { [MUG]: 'low', [LAMP]: 'out' },
    priceCents: { [MUG]: 1299 },
    rules: RULES,
    canary: { manifest: { digest: '5e'.repeat(32) as Digest, bytes: 7411 }, share: 0.05 },
    revokedKeys: ['R'.repeat(43) as KeyFingerprint],
    ...overrides,
  };
}

let key: SigningKey;
let otherKey: SigningKey;

beforeAll(async () => {
  [key, otherKey] = await Promise.all([fixedKey(9), fixedKey(10)]);
});

const open = (envelope: unknown) =>
  openLive(envelope, { publishingKeys: [key.fingerprint], shop: SHOP, lastSequence: 40, nowMs: NOW_MS }).then(
    ({ live }) => live,
  );
const signAny = (value: unknown) => signEnvelope('application/vnd.vitrine.live+json', utf8(JSON.stringify(value)), key);

test('a live message opens as it was signed, with a rule of each kind', async () => {
  expect(await open(await signLive(sampleLive(), key))).toEqual(sampleLive());
});

test('the kill switch opens as it was signed', async () => {
  expect((await open(await signLive(sampleLive({ shelvesOff: true }), key))).shelvesOff).toBe(true);
});

test('a live message opens with fields that a later release added: they are skipped', async () => {
  expect(await open(await signAny({ ...sampleLive(), banner: 'sale' }))).toEqual(sampleLive());
});

describe('a live message is refused', () => {
  test('when another key signed it', async () => {
    await expect(open(await signLive(sampleLive(), otherKey))).rejects.toMatchObject({ code: 'unknown-key' });
  });

  test('when it was signed as another kind of message', async () => {
    const envelope = await signEnvelope('application/vnd.vitrine.task+json', utf8(JSON.stringify(sampleLive())), key);
    await expect(open(envelope)).rejects.toMatchObject({ code: 'envelope-invalid' });
  });

  const target = { by: 'item', itemId: MUG };
  test.each<[string, object]>([
    ['it is of another shop', { shop: 'sofa-shop' as ShopId }],
    ['its time is over', { expiresAtMs: NOW_MS }],
    ['its sequence number is lower than one seen', { sequence: 39 }],
    ['it is of another format', { format: 7 }],
    ['a stock is none of in, low and out', { stock: { [MUG]: 'plenty' } }],
    ['a price is below zero', { priceCents: { [MUG]: -5 } }],
    ['a price has fractions of a cent', { priceCents: { [MUG]: 12.5 } }],
    ['a rule is of an unknown kind', { rules: [{ kind: 'promote', target }] }],
    ['a rule has a field that nobody knows', { rules: [{ kind: 'hide', target, until: NOW_MS }] }],
    ['a boost would make less of an item', { rules: [{ kind: 'boost', target, factor: 0.5 }] }],
    ['a pin is before the first place', { rules: [{ kind: 'pin', target, rank: -2 }] }],
    ['a rule is about neither an item nor a category', { rules: [{ kind: 'hide', target: { by: 'brand' } }] }],
  ])('when %s', async (_, overrides) => {
    await expect(open(await signAny({ ...sampleLive(), ...overrides }))).rejects.toMatchObject({
      code: 'live-invalid',
    });
  });
});
