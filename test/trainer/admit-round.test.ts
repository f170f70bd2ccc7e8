import { describe, expect, test } from 'vitest';
import { epsilonOfInverseVariance } from '#privacy/compose-releases.ts';
import type { Envelope } from '#protocol/envelope.ts';
import { openLedgerEntry } from '#protocol/ledger.ts';
import { ledgerStateOf } from '#protocol/ledger-state.ts';
import { admitRound } from '#trainer/admit-round.ts';
import { saveBudget } from '#trainer/budget-file.ts';
import type { Parties } from '#trainer/deployment.ts';
import { openWorkspace } from '#trainer/workspace.ts';
import { SHOP } from '../protocol/manifest-fixture.ts';
import { agreedEntry, ledgerKeys, termsOn } from './ledger-fixture.ts';
import { makeScratchFolder } from './scratch-folder.ts';

/** Opens on the 9th day, after rounds on the days 0, 2, 4, … */
const PROPOSED = termsOn(9);

/** A trainer without any round of its own, and two parties with these copies. */
async function restoredTrainer(leaderCopy: readonly Envelope[], helperCopy: readonly Envelope[]) {
  const { trainer, helper } = await ledgerKeys();
  const party = (entries: readonly Envelope[]) => ({
    identity: async () => ({ role: 'helper', publicKey: helper.publicKey }),
    readLedger: async () => entries,
    addToLedger: async () => {},
  });
  const workspace = openWorkspace(await makeScratchFolder(), SHOP);
  await saveBudget(workspace, { epsilon: 5, delta: 1e-6, windowDays: 30 });
  const parties = {
    shop: SHOP,
    publishers: [trainer.fingerprint],
    leader: party(leaderCopy),
    helper: party(helperCopy),
  };
  return { workspace, parties: parties as unknown as Parties };
}

function earlierEntries(numRounds: number): Promise<Envelope[]> {
  return Promise.all(Array.from({ length: numRounds }, (_, i) => agreedEntry(2 * i)));
}

describe('admitRound', () => {
  test('refuses a restored trainer a round that the budget has no room for, by what one party still knows', async () => {
    const { workspace, parties } = await restoredTrainer([], await earlierEntries(3));
    await expect(admitRound(workspace, parties, PROPOSED)).rejects.toThrow(
      /expected a round within the privacy budget of epsilon 5 .* could have spent 5\.\d\d after it \(\d\.\d\d without it\)/,
    );
  });

  test('says what a round costs that fits, and what its task has to state', async () => {
    const entries = await earlierEntries(2);
    const { workspace, parties } = await restoredTrainer(entries.slice(0, 1), entries);
    const { check, ledger } = await admitRound(workspace, parties, PROPOSED);
    const epsilon = epsilonOfInverseVariance(3 / 1.7 ** 2, 1e-6);
    expect(check).toMatchObject({ kind: 'fits', wouldBe: expect.closeTo(epsilon, 9) });
    const { trusted } = await ledgerKeys();
    const opened = await Promise.all(entries.map((entry) => openLedgerEntry(entry, { shop: SHOP, trusted })));
    expect(ledger).toEqual(await ledgerStateOf(opened.map(({ id }) => id)));
  });

  test('counts the same rounds the second time, now from its own folder', async () => {
    const { workspace, parties } = await restoredTrainer([], await earlierEntries(2));
    const first = await admitRound(workspace, parties, PROPOSED);
    const { parties: emptied } = await restoredTrainer([], []);
    expect(await admitRound(workspace, emptied, PROPOSED)).toEqual(first);
  });
});
