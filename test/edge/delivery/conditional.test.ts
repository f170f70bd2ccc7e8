import { expect, test } from 'vitest';
import { entityTag, isUnchanged } from '#edge/delivery/conditional.ts';

test.each([
  [undefined, false],
  ['"abc"', true],
  ['W/"abc"', true],
  ['"xyz", "abc"', true],
  ['*', true],
  ['"xyz"', false],
  ['abc', false],
  ['"abcd"', false],
])('If-None-Match %j for the tag "abc": unchanged is %j', (header, expected) => {
  expect(isUnchanged(header, entityTag('abc'))).toBe(expected);
});
