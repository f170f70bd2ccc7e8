import { describe, expect, test } from 'vitest';
import { fuzzHelper } from '../attacks/fuzz-helper.ts';
import { fuzzLeader } from '../attacks/fuzz-leader.ts';
import { KINDS } from '../attacks/kind-fixture.ts';

/** A hundred thousand of all kinds through each party. */
const NUM_MUTATED = 25_000;

describe.each(KINDS)('25,000 mutated reports of %s', (kind) => {
  test('are refused by the leader or left out, and change nothing in the sum', async () => {
    const { numRefused, numLeftOut } = await fuzzLeader(kind, NUM_MUTATED);
    expect(numRefused + numLeftOut).toBe(NUM_MUTATED);
  }, 900_000);

  test('are refused by the helper, and change nothing in its sum', async () => {
    await fuzzHelper(kind, NUM_MUTATED);
  }, 900_000);
});
