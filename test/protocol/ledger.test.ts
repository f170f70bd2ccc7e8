import { describe, expect, test } from 'vitest';
import type { ShopId } from '#protocol/ids.ts';
import { ledgerTermsOf, openLedgerEntry } from '#protocol/ledger.ts';
import { agreedEntry, ledgerKeys, signTerms, termsOn } from '../trainer/ledger-fixture.ts';
import { SHOP } from './manifest-fixture.ts';

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
