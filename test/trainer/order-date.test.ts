import { expect, test } from 'vitest';
import { type DateFormat, parseOrderDate } from '#trainer/order-date.ts';

test.each<[string, DateFormat, string]>([
  ['2010-12-01 08:26:00', 'iso', '2010-12-01T08:26:00Z'],
  ['2010-12-01 08:26', 'iso', '2010-12-01T08:26:00Z'],
  ['2010-12-01', 'iso', '2010-12-01T00:00:00Z'],
  ['2010-12-01T08:26:07.913Z', 'iso', '2010-12-01T08:26:07Z'],
  ['2010-12-01T08:26:07+05:30', 'iso', '2010-12-01T02:56:07Z'],
  ['2010-12-01T22:26:07-0330', 'iso', '2010-12-02T01:56:07Z'],
  ['12/1/2010 8:26', 'mdy', '2010-12-01T08:26:00Z'],
  ['12/1/2010 8:26', 'dmy', '2010-01-12T08:26:00Z'],
  ['24.12.2010', 'dmy', '2010-12-24T00:00:00Z'],
  ['2010-12-01', 'dmy', '2010-12-01T00:00:00Z'],
  ['2024-02-29', 'iso', '2024-02-29T00:00:00Z'],
])('%s read as %s is %s', (text, format, expected) => {
  expect(parseOrderDate(text, format)).toEqual({ kind: 'time', atMs: Date.parse(expected) });
});

test.each([['12/01/2010 08:26'], ['12/25/2010'], ['1.2.2010']])(
  'without a format, %s could have month and day swapped',
  (text) => {
    expect(parseOrderDate(text, 'iso')).toEqual({ kind: 'ambiguous' });
  },
);

test.each<[string, DateFormat]>([
  ['2010-02-30', 'iso'],
  ['2023-02-29', 'iso'],
  ['2010-12-01 24:61', 'iso'],
  ['1969-12-31', 'iso'],
  ['yesterday', 'iso'],
  ['', 'iso'],
  ['25/12/2010', 'mdy'],
])('%j read as %s is not a date', (text, format) => {
  const { kind } = parseOrderDate(text, format);
  expect(kind === 'time').toBe(false);
});
