import { expect, test } from 'vitest';
import { formatTable } from '#trainer/text-table.ts';

test('labels are aligned left, values right, and counts have thousands separators', () => {
  expect(
    formatTable([
      ['lines read', 320705],
      ['kept', 81],
      ['first order', '2010-12-01'],
    ]),
  ).toBe(['  lines read      320,705', '  kept                 81', '  first order  2010-12-01'].join('\n'));
});
