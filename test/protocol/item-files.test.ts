import { describe, expect, test } from 'vitest';
import { alignedCopy, fromHex } from '#protocol/bytes.ts';
import { encodeGroups, encodePopularity, neighborWeight, parseGroups, parsePopularity } from '#protocol/item-files.ts';

test('a neighbor’s weight is held by its root in a byte', () => {
  expect([0, 51, 102, 204, 255].map(neighborWeight)).toEqual(
    [0, 0.04, 0.16, 0.64, 1].map((w) => expect.closeTo(w, 12)),
  );
});

describe('popularity', () => {
  const POPULARITY = {
    recent: Uint8Array.of(255, 3, 80),
    longRun: Uint8Array.of(7, 255, 0),
    newness: Uint8Array.of(0, 4, 255),
  };

  test('is the recent list, the long-run one, then newness', () => {
    const bytes = encodePopularity(POPULARITY);
    expect(bytes).toEqual(fromHex('ff0350' + '07ff00' + '0004ff'));
    expect(parsePopularity(alignedCopy(bytes), 3)).toEqual(POPULARITY);
  });

  test.each([0, 5, 6, 8, 10])('is refused with %d bytes for three items', (length) => {
    expect(() => parsePopularity(new ArrayBuffer(length), 3)).toThrow(
      expect.objectContaining({ code: 'popularity-invalid' }),
    );
  });
});

describe('row groups', () => {
  const GROUPS = Uint16Array.of(4, 0, 259, 4);

  test('are the low bytes of all items, then the high ones', () => {
    const bytes = encodeGroups(GROUPS);
    expect(bytes).toEqual(fromHex('04000304' + '00000100'));
    expect(parseGroups(alignedCopy(bytes), { rows: 4, numGroups: 260 })).toEqual(GROUPS);
  });

  test.each([
    ['a group is past the last one', 4, 259],
    ['an item has none', 5, 260],
    ['there are more of them than items', 3, 260],
  ])('are refused when %s', (_, rows, numGroups) => {
    expect(() => parseGroups(alignedCopy(encodeGroups(GROUPS)), { rows, numGroups })).toThrow(
      expect.objectContaining({ code: 'groups-invalid' }),
    );
  });
});
