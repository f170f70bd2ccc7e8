import { describe, expect, test } from 'vitest';
import { fuzzHelper } from '../attacks/fuzz-helper.ts';
import { fuzzLeader } from '../attacks/fuzz-leader.ts';
import { KINDS } from '../attacks/kind-fixture.ts';

/** A hundred thousand of all kinds through each party. */
const NUM_MUTATED = 25_000;

describe.each(KINDS)('25,000 mutated reports of %s', (kind) => {
  test('are refused by the leader or left out, and change nothing in the sum', async () => {
    const { numRefused, numLeftOut } = await fuzzLeader(kind, NUM_MUTATED);
    expect(numRefused).toBeGreaterThan(NUM_MUTATED / 20);
    expect(numLeftOut).toBeGreaterThan(NUM_MUTATED / 2);
  }, 900_000);

  test('are refused by the helper, and change nothing in its sum', async () => {
    expect((await fuzzHelper(kind, NUM_MUTATED)).numBroken).toBeGreaterThan(0);
  }, 900_000);
});
