import { describe, expect, test } from 'vitest';
import { parseTag } from '#widget/tag.ts';
import { codeOf } from '#widget/widget-error.ts';

const KEY = 'K'.repeat(43);

function parse(words: Record<string, string>) {
  return parseTag({ vitrineShop: 'corner-shop', vitrineKey: KEY, ...words }, 'https://edge.example');
}

describe('the quota for model files', () => {
  test.each([
    ['4mb', 4_000_000],
    ['1.5 MB', 1_500_000],
    ['900kb', 900_000],
    ['2GB', 2_000_000_000],
  ])('%s is %i bytes', (text, bytes) => {
    expect(parse({ vitrineQuota: text }).quotaBytes).toBe(bytes);
  });

  test('is without a limit where the tag says nothing', () => {
    expect(parse({}).quotaBytes).toBe(Number.POSITIVE_INFINITY);
  });

  test.each(['', '4', 'mb', '4 m', '-4mb', '0mb', '4mb!', '4  mb', '1e3kb', '4tb', '٤mb', 'NaNmb'])(
    '"%s" is refused by name',
    (text) => {
      let code: string | undefined;
      try {
        parse({ vitrineQuota: text });
      } catch (error) {
        code = codeOf(error);
      }
      expect(code).toBe('bad-quota');
    },
  );
});

test('a helper key equal to the publishing key counts as none', () => {
  expect(parse({ vitrineHelperKey: KEY }).helperKey).toBeUndefined();
  expect(parse({ vitrineHelperKey: 'H'.repeat(43) }).helperKey).toBe('H'.repeat(43));
});
