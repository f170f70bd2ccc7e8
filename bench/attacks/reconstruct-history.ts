import { buildProfile } from '#model/profile.ts';
import type { Bytes } from '#protocol/bytes.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { PartyRole } from '#protocol/report.ts';
import { MIN_BATCH_FLOOR } from '#protocol/task.ts';
import { countItems } from '#trainer/item-counts.ts';
import type { PartySums, SimulatedTask } from '#trainer/simulate/simulated-device.ts';
import type { Row } from '../table.ts';
import type { AttackedShop } from './attacked-shop.ts';
import { formatShare, mean, meanWithInterval, percent } from './estimate.ts';
import { bestCandidate, matchedRows, rowLengths, singleItemDirections, topOf } from './items-in-update.ts';
import { formatEpsilon, honestCohort, noiseMultiplierOf } from './membership-of-sum.ts';
import { addShares, emptySums, released, ringOf, taskOf, unitsOf } from './party-shares.ts';

/** Batches of the minimum size; every device of them is a target. */
const NUM_BATCHES = 2;
/** Histories that an attacker takes into consideration, the targets' own among them. */
const NUM_CANDIDATES = 1000;

/** Everything that guesses are made with. */
interface Attack {
  readonly attacked: AttackedShop;
  readonly rank: number;
  readonly reports: readonly PartySums[];
  /** Of all candidates; those of the targets come first. `[NUM_CANDIDATES]` of `[numGroups, rank]`. */
  readonly updates: readonly Float64Array[];
  /** The groups of each candidate's items, `[NUM_CANDIDATES]`. */
  readonly histories: readonly ReadonlySet<number>[];
  readonly directions: readonly Float64Array[];
}

/**
 * How many of a device's items can be named from what somebody sees: of as many guesses as it has different items,
 * the share that is right.
 */
export async function reconstructHistories(attacked: AttackedShop): Promise<Row[]> {
  const task = taskOf(attacked.model, { noiseMultiplier: 0 });
  const ring = ringOf(task);
  const reports = await honestCohort(attacked, NUM_CANDIDATES);
  const attack: Attack = {
    attacked,
    rank: task.rank,
    reports,
    updates: reports.map((shares) => unitsOf(shares, ring)),
    histories: attacked.shop.devices.slice(0, NUM_CANDIDATES).map((events) => groupsOf(events, attacked)),
    directions: singleItemDirections(attacked.model, attacked.shop.merchant.dataset.items, task),
  };
  const rows: Row[] = [
    [
      'what is seen',
      'epsilon',
      'largest rows, %',
      'matched filter, %',
      'best of 1,000 histories, %',
      'all items right, %',
    ],
  ];
  for (const role of ['leader', 'helper'] as const) {
    const seen = reports.slice(0, NUM_BATCHES * MIN_BATCH_FLOOR).map((shares) => ring.toIntegers(shares[role]));
    rows.push([`the ${role}’s share of the report`, 'no noise', ...guess(attack, seen)]);
  }
  for (const epsilon of [Number.POSITIVE_INFINITY, 8, 1]) {
    const noised = taskOf(attacked.model, { noiseMultiplier: noiseMultiplierOf(epsilon) });
    rows.push([
      'a party: of its shares and the other’s released one, the sum under the other’s noise is all that tells',
      formatEpsilon(epsilon),
      ...guess(attack, sums(attack, noised, 1)),
    ]);
    rows.push([
      'the collector: both released shares',
      formatEpsilon(epsilon),
      ...guess(attack, sums(attack, noised, 2)),
    ]);
  }
  for (const epsilon of [Number.POSITIVE_INFINITY, 8, 4, 2, 1]) {
    const noised = taskOf(attacked.model, { noiseMultiplier: noiseMultiplierOf(epsilon) });
    rows.push([
      'a party that sent the 99 other reports itself',
      formatEpsilon(epsilon),
      ...guess(attack, alone(attack, noised)),
    ]);
  }
  return [...rows, ...withoutLooking(attack)];
}

/** What is left of the noised sum of each target's batch, one batch after the other. */
function sums({ attacked: _, ...attack }: Attack, task: SimulatedTask, numNoises: 1 | 2): Float64Array[] {
  return Array.from({ length: NUM_BATCHES }, (_, batch) => {
    const members = attack.reports.slice(batch * MIN_BATCH_FLOOR, (batch + 1) * MIN_BATCH_FLOOR);
    const seen = seenOf(members, { task, numNoises, label: `batch ${batch}` });
    return members.map(() => seen);
  }).flat();
}

/** Each target's update under one party's noise: all others in the batch are zeros. */
function alone({ reports }: Attack, task: SimulatedTask): Float64Array[] {
  return reports
    .slice(0, NUM_BATCHES * MIN_BATCH_FLOOR)
    .map((report, target) => seenOf([report], { task, numNoises: 1, label: `target ${target}` }));
}

function seenOf(
  members: readonly PartySums[],
  { task, numNoises, label }: { readonly task: SimulatedTask; readonly numNoises: 1 | 2; readonly label: string },
): Float64Array {
  const ring = ringOf(task);
  const totals = emptySums(task);
  addShares(totals, members, ring);
  const release = (party: PartyRole): Bytes =>
    released(totals[party], {
      task,
      count: MIN_BATCH_FLOOR,
      label: `reconstruction, noise ${task.noiseMultiplier}, ${label}, ${party}`,
    });
  return unitsOf({ leader: release('leader'), helper: numNoises === 2 ? release('helper') : totals.helper }, ring);
}

/** The share of right guesses by each estimator. @param seen Of each target. */
function guess({ rank, updates, histories, directions }: Attack, seen: readonly Float64Array[]): string[] {
  const rate = (guessed: (seenOfTarget: Float64Array, count: number) => readonly number[]): string =>
    formatShare(
      meanWithInterval(
        seen.map((values, target) => {
          const truth = histories[target] as ReadonlySet<number>;
          return rightShare(guessed(values, truth.size), truth);
        }),
      ),
    );
  const best = seen.map((values) => bestCandidate(values, updates));
  const bestOf = new Map(seen.map((values, target) => [values, best[target] as number]));
  return [
    rate((values, count) => topOf(rowLengths(values, rank), count)),
    rate((values, count) => topOf(matchedRows(values, directions, rank), count)),
    rate((values, count) => [...(histories[bestOf.get(values) as number] as ReadonlySet<number>)].slice(0, count)),
    percent(mean(best.map((candidate, target) => Number(isSame(histories[candidate], histories[target]))))),
  ];
}

/** Guesses of somebody who has seen nothing of the device. */
function withoutLooking({ attacked, histories }: Attack): Row[] {
  const { baskets, items } = attacked.shop.merchant.dataset;
  const { orders } = countItems(baskets, items.length);
  const targets = histories.slice(0, NUM_BATCHES * MIN_BATCH_FLOOR);
  const byPopularity = meanWithInterval(targets.map((truth) => rightShare(topOf(orders, truth.size), truth)));
  const byChance = mean(targets.map(({ size }) => size / items.length));
  return [
    ['nothing: the most popular items', '', formatShare(byPopularity), '', '', ''],
    ['nothing: items at random', '', percent(byChance), '', '', percent(1 / NUM_CANDIDATES)],
  ];
}

/** Of the different items of a history, the share that is among the guesses. */
function rightShare(guessed: readonly number[], truth: ReadonlySet<number>): number {
  return guessed.filter((group) => truth.has(group)).length / truth.size;
}

function groupsOf(events: readonly ShopEvent[], { model, rowOf }: AttackedShop): Set<number> {
  const { rows } = buildProfile(events, { rowOf, maxEvents: Number.MAX_SAFE_INTEGER });
  return new Set(Array.from(rows, (row) => model.groups[row] as number));
}

/** Histories of the same items cannot be told from each other here, nor need they be. */
function isSame(a: ReadonlySet<number> | undefined, b: ReadonlySet<number> | undefined): boolean {
  return a !== undefined && b !== undefined && a.symmetricDifference(b).size === 0;
}
