import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ShopId, TaskId } from '#protocol/ids.ts';
import { compareLedger, ledgerStateOf, ledgerTermsOf, openLedgerEntry } from '#protocol/ledger.ts';
import { agreedEntry, ledgerKeys, signTerms, termsOn } from '../trainer/ledger-fixture.ts';
import { fakeDigest, SHOP } from './manifest-fixture.ts';

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

describe('openLedgerEntry', () => {
  test('reads the terms that both keys signed', async () => {
    const { trusted } = await ledgerKeys();
    const envelope = await agreedEntry(4, { noiseMultiplier: 2.5 });
    const { id, terms } = await openLedgerEntry(envelope, { shop: SHOP, trusted });
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(terms).toEqual(termsOn(4, { noiseMultiplier: 2.5 }));
    expect(ledgerTermsOf(envelope)).toEqual(terms);
  });

  test('reads tasks of formats before and after this release, as long as they state their terms', async () => {
    const { trainer, helper, trusted } = await ledgerKeys();
    const later = { ...termsOn(4), format: 97, kind: 'co-visit', sketch: { rows: 5 } };
    const { terms } = await openLedgerEntry(await signTerms(later, trainer, helper), { shop: SHOP, trusted });
    expect(terms).toEqual({ ...termsOn(4), kind: 'co-visit' });
  });

  test('refuses what one of the two has not signed, what was changed, and another shop’s', async () => {
    const { trainer, helper, stranger, trusted } = await ledgerKeys();
    const open = (envelope: Awaited<ReturnType<typeof agreedEntry>>) =>
      openLedgerEntry(envelope, { shop: SHOP, trusted });
    await expect(open(await signTerms(termsOn(4), trainer))).rejects.toMatchObject({ code: 'unknown-key' });
    await expect(open(await signTerms(termsOn(4), trainer, stranger))).rejects.toMatchObject({ code: 'unknown-key' });
    const [agreed, other] = [await agreedEntry(4), await agreedEntry(5)];
    await expect(open({ ...agreed, payload: other.payload })).rejects.toMatchObject({ code: 'signature-invalid' });
    await expect(open(await agreedEntry(4, { shop: 'mug-shop' as ShopId }))).rejects.toMatchObject({
      code: 'task-invalid',
    });
    const { noiseMultiplier: _, ...withoutNoise } = termsOn(4);
    await expect(open(await signTerms(withoutNoise, trainer, helper))).rejects.toMatchObject({ code: 'task-invalid' });
  });
});
