import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#protocol/bytes.ts';
import { parseJson, parseWith } from '#protocol/parse.ts';

const Schema = v.pipe(
  v.object({
    shop: v.pipe(v.string(), v.regex(/^[a-z]+$/, 'expected lower-case letters')),
    orders: v.array(v.object({ cents: v.number() })),
  }),
  v.check(({ orders }) => orders.length < 3, 'expected fewer orders'),
);
const PRIVATE = 'Zyx Private 8675309';

/** The error's code and message. */
function refusalOf(parse: () => unknown): { code: string; message: string } {
  try {
    parse();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
  throw new Error('expected a refusal');
}

describe('a value from another machine', () => {
  test('passes when it fits, without the fields that nobody knows', () => {
    const value = { shop: 'mug', orders: [{ cents: 1250, note: 'x' }], extra: true };
    expect(parseWith(Schema, value, 'live-invalid')).toEqual({ shop: 'mug', orders: [{ cents: 1250 }] });
  });

  test.each([
    ['a text against its pattern', { shop: PRIVATE, orders: [] }, 'shop'],
    ['another type deep inside', { shop: 'mug', orders: [{ cents: 4 }, { cents: PRIVATE }] }, 'orders.1.cents'],
    ['a missing field', { orders: [] }, 'shop'],
    ['a list in place of an object', [PRIVATE], 'shop'],
    ['a bare text', PRIVATE, 'the whole value'],
    ['a rule over the whole', { shop: 'mug', orders: Array(3).fill({ cents: 5 }) }, 'the whole value'],
  ])('is refused for %s: the message names the field and never holds the value', (_, value, field) => {
    const { code, message } = refusalOf(() => parseWith(Schema, value, 'task-invalid'));
    expect(code).toBe('task-invalid');
    expect(message).toMatch(/^expected .* at /);
    expect(message.endsWith(` at ${field}`)).toBe(true);
    expect(message).not.toContain(PRIVATE);
  });
});

describe('JSON from another machine', () => {
  test.each([
    ['text', '{"shop":"mug","orders":[]}'],
    ['UTF-8 bytes', utf8('{"shop":"mug","orders":[]}')],
  ])('is read from %s', (_, json) => {
    expect(parseJson(Schema, json, 'live-invalid')).toEqual({ shop: 'mug', orders: [] });
  });

  test.each([
    ['cut text', `{"shop":"${PRIVATE}`],
    ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['nothing', ''],
  ])('is refused from %s, without showing it', (_, json) => {
    expect(refusalOf(() => parseJson(Schema, json, 'manifest-invalid'))).toEqual({
      code: 'manifest-invalid',
      message: 'expected JSON in UTF-8',
    });
  });

  test('is refused with the given code when it does not fit', () => {
    expect(refusalOf(() => parseJson(Schema, '{"shop":"mug"}', 'live-invalid')).code).toBe('live-invalid');
  });
});
