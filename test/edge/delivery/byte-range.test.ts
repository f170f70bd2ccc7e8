import { expect, test } from 'vitest';
import { type ByteRange, parseByteRange } from '#edge/delivery/byte-range.ts';

const whole: ByteRange = { kind: 'whole' };
const unsatisfiable: ByteRange = { kind: 'unsatisfiable' };
const part = (offset: number, length: number): ByteRange => ({ kind: 'part', offset, length });

test.each([
  [undefined, whole],
  ['', whole],
  ['bytes=0-9', part(0, 10)],
  ['bytes=37-37', part(37, 1)],
  ['bytes=90-', part(90, 10)],
  ['bytes=90-5000', part(90, 10)],
  ['bytes=-7', part(93, 7)],
  ['bytes=-700', part(0, 100)],
  ['bytes=100-', unsatisfiable],
  ['bytes=-0', unsatisfiable],
  ['bytes=9-3', whole],
  ['bytes=-', whole],
  ['bytes=0-3,7-9', whole],
  ['items=0-3', whole],
])('Range %j of 100 bytes is %o', (header, expected) => {
  expect(parseByteRange(header, 100)).toEqual(expected);
});
