import { beforeAll, describe, expect, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import { utf8 } from '#protocol/bytes.ts';
import { digestOf } from '#protocol/digest.ts';
import type { ShopEvent } from '#protocol/event.ts';
import { generateSigningKey } from '#protocol/keys.ts';
import type { Live } from '#protocol/live.ts';
import type { BlendWeights, ModelConfig } from '#protocol/manifest.ts';
import type { Bundle } from '#widget/bundle.ts';
import { type RankRequest, rankShelf } from '#widget/rank-shelf.ts';
import { createRanker } from '#widget/ranker.ts';
import { exactDot, exactRow } from '../model/random-model.ts';
import { itemId, NUM_ITEMS, publish, shopItem } from './published-shop.ts';
import { wholeBundle } from './whole-bundle.ts';

const NOW_MS = 1_900_000_000_000;
const MINUTE_MS = 60_000;

let bundle: Bundle;
beforeAll(async () => {
  const { key } = await generateSigningKey();
  const { manifest, envelope, files } = await publish({ key, sequence: 2, nowMs: NOW_MS });
  const modelDigest = await digestOf(utf8(JSON.stringify(manifest)));
  bundle = await wholeBundle(
    { manifest, envelope, modelDigest, signedBy: key.fingerprint },
    new Map([...files].map(([digest, bytes]) => [digest, bytes.buffer])),
  );
});

function rank(request: Partial<RankRequest>, live?: Partial<Live>, config?: Partial<ModelConfig>) {
  const facts = live && ({ stock: {}, priceCents: {}, rules: [], ...live } as Live);
  const { model } = bundle;
  const configured = { ...bundle, model: { ...model, config: { ...model.config, ...config } } };
  const ranker = createRanker(configured, createJsScorer(model.items), facts);
  return rankShelf(
    ranker,
    { query: { kind: 'for-you', count: 5 }, pageItemId: undefined, events: [], ...request },
    NOW_MS,
  );
}

function view(row: number, minutesAgo = 3): ShopEvent {
  return { kind: 'view', itemId: itemId(row), atMs: NOW_MS - minutesAgo * MINUTE_MS };
}

describe('a shelf for you', () => {
  test('shows what is popular to a shopper of whom nothing is known', async () => {
    const cards = await rank({});
    expect(cards.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map(itemId));
    expect(new Set(cards.map(({ reason }) => reason.kind))).toEqual(new Set(['popular']));
  });

  test('puts first what was bought with the item just looked at, and says so', async () => {
    const [first] = await rank({ events: [view(4, 9), view(20)] });
    expect(first?.id).toBe(itemId(21));
    expect(first?.reason).toEqual({ kind: 'bought-with', title: shopItem(20).title });
  });
});

describe('what was looked at before', () => {
  const DAY_MINUTES = 24 * 60;
  const events = [view(25, 3 * DAY_MINUTES), view(14, DAY_MINUTES), view(4, 9), view(20)];
  const weighing = (weights: Partial<BlendWeights>): Partial<ModelConfig> => ({
    blend: bundle.model.config.blend.map((fitted) => ({ ...fitted, ...weights })),
  });

  test('in an earlier visit is shown where it is wanted again, later visits first, and says so', async () => {
    const cards = await rank({ events }, undefined, weighing({ again: 90 }));
    expect(cards.slice(0, 2).map(({ id }) => id)).toEqual([14, 25].map(itemId));
    expect(cards.slice(0, 2).map(({ reason }) => reason.kind)).toEqual(['earlier', 'earlier']);
    expect(cards.slice(2).map(({ reason }) => reason.kind)).not.toContain('earlier');
  });

  test('in this visit comes last where it counts strongly against an item, and changes nothing for the others', async () => {
    const query = { kind: 'for-you', count: NUM_ITEMS } as const;
    const plain = await rank({ query, events }, undefined, weighing({ seen: 0 }));
    const lowered = await rank({ query, events }, undefined, weighing({ seen: -1e6 }));
    expect(lowered.slice(-2).map(({ id }) => id)).toEqual([4, 20].map(itemId));
    const seen = [itemId(4), itemId(20)];
    expect(lowered.slice(0, -2)).toEqual(plain.filter(({ id }) => !seen.includes(id)));
  });
});

describe('a shelf of similar items', () => {
  test('starts from its item and leaves it out', async () => {
    const cards = await rank({ query: { kind: 'similar', count: 5, itemId: itemId(12) }, events: [view(20)] });
    expect(cards[0]?.id).toBe(itemId(13));
    expect(cards[0]?.reason).toEqual({ kind: 'bought-with-this' });
    expect(cards.map(({ id }) => id)).not.toContain(itemId(12));
  });

  test('starts from the page where it names no item', async () => {
    const query = { kind: 'similar', count: 5, itemId: undefined } as const;
    expect((await rank({ query, pageItemId: itemId(7) }))[0]?.id).toBe(itemId(8));
  });

  test('is empty where there is no item, or one that the model does not know', async () => {
    expect(await rank({ query: { kind: 'similar', count: 5, itemId: undefined } })).toEqual([]);
    expect(await rank({ query: { kind: 'similar', count: 5, itemId: itemId(999) } })).toEqual([]);
  });
});

test('a trending shelf is the same whatever is known of the shopper', async () => {
  const query = { kind: 'trending', count: 6 } as const;
  expect(await rank({ query, events: [view(20), view(9)] })).toEqual(await rank({ query }));
});

describe('a manifest with a diversity', () => {
  const request = { query: { kind: 'for-you', count: 12 }, events: [view(4, 9), view(20)] } as const;
  const rowsOf = (cards: readonly { readonly id: string }[]) => cards.map(({ id }) => Number(id.slice('item-'.length)));

  /** Of all pairs of rows, in float64. */
  function meanCosine(rows: readonly number[]): number {
    const vectors = rows.map((row) => exactRow(bundle.model.items, row));
    const pairs = vectors.flatMap((a, i) => vectors.slice(0, i).map((b) => [a, b] as const));
    const cosines = pairs.map(([a, b]) => exactDot(a, b) / Math.sqrt(exactDot(a, a) * exactDot(b, b)));
    return cosines.reduce((sum, cosine) => sum + cosine) / cosines.length;
  }

  test('keeps similar items of a personal shelf apart, and the best one first', async () => {
    const [plain, varied] = [rowsOf(await rank(request)), rowsOf(await rank(request, undefined, { diversity: 0.6 }))];
    expect(varied[0]).toBe(plain[0]);
    expect(meanCosine(varied)).toBeLessThan(meanCosine(plain) - 0.05);
  });

  test('of 0 changes nothing', async () => {
    expect(await rank(request, undefined, { diversity: 0 })).toEqual(await rank(request));
  });

  test('leaves a shelf of what is popular in its order: the first shelf has the same', async () => {
    for (const query of [
      { kind: 'for-you', count: 9 },
      { kind: 'trending', count: 9 },
    ] as const) {
      expect(rowsOf(await rank({ query }, undefined, { diversity: 0.8 }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  test('counts for a shopper who has only searched', async () => {
    const searched: ShopEvent[] = [{ kind: 'search', query: 'lamp', atMs: NOW_MS - MINUTE_MS }];
    const plain = await rank({ ...request, events: searched });
    expect(rowsOf(await rank({ ...request, events: searched }, undefined, { diversity: 0.8 }))).not.toEqual(
      rowsOf(plain),
    );
  });

  test("leaves the merchant's pin at its rank", async () => {
    const target = { by: 'item', itemId: itemId(17) } as const;
    const cards = await rank(request, { rules: [{ kind: 'pin', target, rank: 2 }] }, { diversity: 0.6 });
    expect(rowsOf(cards)[2]).toBe(17);
  });
});

describe('a shelf never shows', () => {
  test("the page's own item", async () => {
    expect((await rank({ pageItemId: itemId(0) }))[0]?.id).toBe(itemId(1));
  });

  test('an item in the cart', async () => {
    const events: ShopEvent[] = [{ kind: 'add', itemId: itemId(1), atMs: NOW_MS - MINUTE_MS }];
    expect((await rank({ query: { kind: 'trending', count: 3 }, events })).map(({ id }) => id)).toEqual(
      [0, 2, 3].map(itemId),
    );
  });

  test('an item that the merchant has just sold out', async () => {
    const cards = await rank({}, { stock: { [itemId(0)]: 'out', [itemId(1)]: 'low' } });
    expect(cards[0]?.id).toBe(itemId(1));
  });
});

test('a card has the price that the merchant last set', async () => {
  const [first] = await rank({}, { priceCents: { [itemId(0)]: 777 } });
  expect(first?.priceCents).toBe(777);
});

test("the merchant's rules apply to every shelf", async () => {
  const target = { by: 'item', itemId: itemId(17) } as const;
  const [first] = await rank({}, { rules: [{ kind: 'pin', target, rank: 0 }] });
  expect(first?.id).toBe(itemId(17));
});
