import { beforeEach, describe, expect, test } from 'vitest';
import type { Envelope } from '#protocol/envelope.ts';
import type { ShopId, TaskId } from '#protocol/ids.ts';
import { openLedgerEntry } from '#protocol/ledger.ts';
import { compareLedger, ledgerStateOf } from '#protocol/ledger-state.ts';
import { gatherLedger, type LedgerCopy } from '#trainer/gather-ledger.ts';
import { listRounds, saveRound } from '#trainer/round-file.ts';
import { openWorkspace, type ShopWorkspace } from '#trainer/workspace.ts';
import { SHOP } from '../protocol/manifest-fixture.ts';
import { agreedEntry, ledgerKeys, signTerms, termsOn } from './ledger-fixture.ts';
import { makeScratchFolder, readFolder } from './scratch-folder.ts';

/** A party's copy in memory. */
class MemoryCopy implements LedgerCopy {
  entries: Envelope[];

  constructor(entries: readonly Envelope[]) {
    this.entries = [...entries];
  }

  readonly readLedger = async () => this.entries;
  readonly addToLedger = async (added: readonly Envelope[]) => void this.entries.push(...added);
}

const offline: LedgerCopy = {
  readLedger: () => Promise.reject(new Error('expected an answer, got none')),
  addToLedger: () => Promise.reject(new Error('expected an answer, got none')),
};

let root: string;
let workspace: ShopWorkspace;
let all: Envelope[];
let ids: TaskId[];
let trusted: Awaited<ReturnType<typeof ledgerKeys>>['trusted'];

beforeEach(async () => {
  root = await makeScratchFolder();
  workspace = openWorkspace(root, SHOP);
  ({ trusted } = await ledgerKeys());
  all = await Promise.all([0, 7, 14].map((day) => agreedEntry(day)));
  const opened = await Promise.all(all.map((envelope) => openLedgerEntry(envelope, { shop: SHOP, trusted })));
  ids = opened.map(({ id }) => id);
});

async function storeRounds(numRounds: number): Promise<void> {
  for (const [i, envelope] of all.slice(0, numRounds).entries()) {
    const taskId = ids[i] as TaskId;
    const outcome = { kind: 'refused' } as const;
    await saveRound(workspace, { taskId, envelope, openedAtMs: termsOn(7 * i).opensAtMs, numSimulated: 0, outcome });
  }
}

const idsAt = async ({ entries }: MemoryCopy) =>
  (await Promise.all(entries.map((envelope) => openLedgerEntry(envelope, { shop: SHOP, trusted })))).map(
    ({ id }) => id,
  );

describe('gatherLedger', () => {
  // Restored to how many of the three rounds: trainer, leader, helper.
  test.each([
    ['nobody was restored', 3, 3, 3],
    ['the trainer was restored', 1, 3, 3],
    ['the leader was restored', 3, 2, 3],
    ['the helper was restored', 3, 3, 0],
    ['trainer and leader were restored', 0, 1, 3],
    ['trainer and helper were restored', 1, 3, 1],
    ['both parties were restored', 3, 0, 0],
  ])('counts every round and repairs all three copies after %s', async (_, numTrainer, numLeader, numHelper) => {
    await storeRounds(numTrainer);
    const [leader, helper] = [new MemoryCopy(all.slice(0, numLeader)), new MemoryCopy(all.slice(0, numHelper))];
    const { entries, state } = await gatherLedger(workspace, { leader, helper, trusted });
    expect(entries.map(({ id }) => id)).toEqual(ids);
    expect(state).toEqual(await ledgerStateOf(ids));
    const rounds = await listRounds(workspace);
    expect(rounds.map(({ taskId }) => taskId)).toEqual(ids);
    expect(rounds.map(({ outcome }) => outcome.kind)).toEqual(
      ids.map((__, i) => (i < numTrainer ? 'refused' : 'recovered')),
    );
    for (const party of [leader, helper]) {
      expect(await compareLedger(state, await idsAt(party))).toEqual({ kind: 'same' });
    }
  });

  test('loses what only those knew that were all restored: a round that one of the three still has is not lost', async () => {
    await storeRounds(1);
    const [leader, helper] = [new MemoryCopy(all.slice(0, 2)), new MemoryCopy(all.slice(0, 1))];
    const { entries } = await gatherLedger(workspace, { leader, helper, trusted });
    expect(entries.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  });

  test('a trainer that goes by its restored copy alone is refused by a party that knows more', async () => {
    const stale = await ledgerStateOf(ids.slice(0, 1));
    expect(await compareLedger(stale, await idsAt(new MemoryCopy(all)))).toEqual({ kind: 'differs', known: 3 });
  });

  test.each(['leader', 'helper'] as const)('opens nothing and changes nothing while the %s is away', async (away) => {
    await storeRounds(1);
    const before = await readFolder(root);
    const there = new MemoryCopy(all);
    const parties = { leader: there, helper: there, trusted, [away]: offline };
    await expect(gatherLedger(workspace, parties)).rejects.toThrow(/expected an answer/);
    expect(await readFolder(root)).toEqual(before);
    expect(there.entries).toHaveLength(3);
  });

  test.each([
    [
      'forged',
      async () => signTerms(termsOn(3), (await ledgerKeys()).stranger, (await ledgerKeys()).helper),
      'unknown-key',
    ],
    ['not cosigned', async () => signTerms(termsOn(3), (await ledgerKeys()).trainer), 'unknown-key'],
    [
      'changed',
      async () => ({ ...(await agreedEntry(3)), payload: (await agreedEntry(5)).payload }),
      'signature-invalid',
    ],
    ['another shop’s', () => agreedEntry(3, { shop: 'mug-shop' as ShopId }), 'task-invalid'],
  ])('refuses a copy with an entry that is %s, and changes nothing', async (_, makeEntry, code) => {
    await storeRounds(2);
    const before = await readFolder(root);
    const leader = new MemoryCopy(all.slice(0, 1));
    const helper = new MemoryCopy([...all, await makeEntry()]);
    await expect(gatherLedger(workspace, { leader, helper, trusted })).rejects.toThrow(
      `expected every task in the helper’s ledger to be signed by trainer and helper of this shop, but entry 4 is not (${code})`,
    );
    expect(await readFolder(root)).toEqual(before);
    expect(leader.entries).toHaveLength(1);
  });
});
