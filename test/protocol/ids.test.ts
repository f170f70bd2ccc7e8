import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
  CountSchema,
  DigestSchema,
  ItemIdSchema,
  KeyFingerprintSchema,
  ModelVersionSchema,
  PositiveCountSchema,
  PositiveSchema,
  ShopIdSchema,
  TaskIdSchema,
} from '#protocol/ids.ts';

const HEX64 = 'c0ffee09'.repeat(8);

const SCHEMAS = {
  'shop id': [
    ShopIdSchema,
    ['a', 'mug-shop', 'shop24', `s${'x'.repeat(62)}`],
    ['', 'Mug', '4shop', '-shop', 'mug_shop', 'mug shop', 'müg', `s${'x'.repeat(63)}`, 'mug\n', 77],
  ],
  'item id': [
    ItemIdSchema,
    ['7', 'SKU 12/b', 'Löffel', '商品', '🫖', `i${'d'.repeat(127)}`],
    ['', ' mug', 'mug ', 'mu\tg', 'mug\n', 'mu\u200bg', `i${'d'.repeat(128)}`, '\ud800', 42],
  ],
  digest: [DigestSchema, [HEX64], ['', HEX64.slice(2), `${HEX64}00`, HEX64.toUpperCase(), `${HEX64}\n`, undefined]],
  'task id': [TaskIdSchema, [HEX64], [HEX64.slice(7), HEX64.replace('c', 'g')]],
  'model version': [
    ModelVersionSchema,
    ['v3-0f1e2d3c', 'v999999999999999-89abcdef'],
    [
      '3-0f1e2d3c',
      'v0-0f1e2d3c',
      'v03-0f1e2d3c',
      'v3-0f1e2d3',
      'v3-0F1E2D3C',
      'v3-0f1e2d3c7',
      'v9999999999999999-89abcdef',
    ],
  ],
  'key fingerprint': [
    KeyFingerprintSchema,
    ['A_-z'.repeat(11).slice(0, 43)],
    ['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}+`, `${'A'.repeat(42)}=`],
  ],
  count: [CountSchema, [0, 37, Number.MAX_SAFE_INTEGER], [-2, 2.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '3']],
  'positive count': [PositiveCountSchema, [1, 37], [0, -2, 1.5, '3', null]],
  'positive number': [PositiveSchema, [1e-9, 0.25, 7e20], [0, -0.25, Number.POSITIVE_INFINITY, Number.NaN, '0.25']],
} as const;

describe.each(Object.entries(SCHEMAS))('a %s', (_, [schema, good, bad]) => {
  test.each(good.map((value) => [value]))('may be %j', (value) => {
    expect(v.parse(schema, value)).toBe(value);
  });

  test.each(bad.map((value) => [value]))('is never %j', (value) => {
    expect(v.is(schema, value)).toBe(false);
  });
});
