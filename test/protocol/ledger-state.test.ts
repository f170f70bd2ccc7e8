import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TaskId } from '#protocol/ids.ts';
import { compareLedger, ledgerStateOf } from '#protocol/ledger-state.ts';
import { fakeDigest } from './manifest-fixture.ts';

const ID = (label: number) => fakeDigest(label) as string as TaskId;

describe('ledgerStateOf', () => {
  test('is SHA-256 over the sorted ids, one a line', async () => {
    // printf '%s\n%s' 3315… 3333… | sha256sum
    expect(await ledgerStateOf([ID(21), ID(3)])).toEqual({
      count: 2,
      digest: '46c66251b9a8640122260591e098acb65ecba3a22a4ec5b50b25a21badfa9de5',
    });
  });

  test('names a set: order and repetition do not matter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 4000 }), { minLength: 2, maxLength: 9 }),
        async (labels) => {
          const ids = labels.map(ID);
          expect(await ledgerStateOf([...ids.toReversed(), ...ids])).toEqual(await ledgerStateOf(ids));
          expect(await ledgerStateOf(ids.slice(1))).not.toEqual(await ledgerStateOf(ids));
        },
      ),
      { seed: 829, numRuns: 40 },
    );
  });
});

describe('compareLedger', () => {
  test('is the same only for the very entries that the task states', async () => {
    const stated = await ledgerStateOf([ID(3), ID(21), ID(7)]);
    expect(await compareLedger(stated, [ID(7), ID(3), ID(21)])).toEqual({ kind: 'same' });
  });

  test.each([
    ['knows an entry that the task leaves out', [3, 21, 7, 9], 4],
    ['lacks one, as after its restore', [3, 21], 2],
    ['knows as many, but another', [3, 21, 9], 3],
    ['knows nothing', [], 0],
  ])('differs for a party that %s', async (_, labels, known) => {
    const stated = await ledgerStateOf([ID(3), ID(21), ID(7)]);
    expect(await compareLedger(stated, labels.map(ID))).toEqual({ kind: 'differs', known });
  });

  test('differs where only the stated count was changed', async () => {
    const stated = await ledgerStateOf([ID(3), ID(21)]);
    expect(await compareLedger({ ...stated, count: 3 }, [ID(3), ID(21)])).toMatchObject({ kind: 'differs' });
  });
});
