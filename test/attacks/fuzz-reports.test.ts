import { describe, expect, test } from 'vitest';
import { fuzzHelper } from './fuzz-helper.ts';
import { fuzzLeader } from './fuzz-leader.ts';
import { KINDS } from './kind-fixture.ts';

// `test/long/fuzz-reports.test.ts` does the same with a hundred thousand through each party.
const NUM_MUTATED = 500;

describe.each(KINDS)('mutated reports of %s', (kind) => {
  test('are refused by the leader or left out, and change nothing in the sum', async () => {
    const { numRefused, numLeftOut } = await fuzzLeader(kind, NUM_MUTATED);
    expect(numRefused).toBeGreaterThan(NUM_MUTATED / 20);
    expect(numLeftOut).toBeGreaterThan(NUM_MUTATED / 2);
  });

  test('are refused by the helper, and change nothing in its sum', async () => {
    await fuzzHelper(kind, NUM_MUTATED);
  });
});
