import { describe, expect, test } from 'vitest';
import { plainScores } from '#model/dense-scores.ts';
import { encodeSession } from '#model/encoder.ts';
import { readFactor, writeFactor } from '#model/factor.ts';
import { localUpdate } from '#model/local-update.ts';
import type { Model } from '#model/model.ts';
import { buildProfile, gapBucket } from '#model/profile.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { exactDot, exactRow, randomModel, spread } from './random-model.ts';

const [NUM_GROUPS, RANK] = [7, 3];
const MODEL = randomModel(131, { numGroups: NUM_GROUPS, maxEvents: 4 });
const { dim: DIM, numItems: NUM_ITEMS } = MODEL.config;
const TASK = {
  factor: writeFactor(spread(RANK * DIM, 0.9, seededRandom(17))),
  rank: RANK,
  vdaf: { type: 'UnverifiedVectorSum' as const, length: NUM_GROUPS * RANK },
  clipNorm: 2.5,
};
const START_MS = 1_790_000_000_000;
const rowOf = (id: ItemId): number | undefined => (id.startsWith('item-') ? Number(id.slice(5)) : undefined);
/** Gaps grow, so that a sequence read backwards has other ones. */
const historyOf = (rows: readonly number[]): ShopEvent[] =>
  rows.map((row, t) => ({
    kind: t % 2 ? 'view' : 'add',
    itemId: `item-${row}` as ItemId,
    atMs: START_MS + t ** 3 * 400_000,
  }));

const learn = (events: readonly ShopEvent[], task = TASK, model: Model = MODEL) =>
  localUpdate({ model, scoreAll: plainScores(model.items), events, rowOf, task });

const close = (values: ArrayLike<number>, digits: number) =>
  Array.from(values, (value) => expect.closeTo(value, digits));

interface Example {
  readonly logits: readonly number[];
  readonly projected: readonly number[];
  readonly target: number;
}

/** The examples of a history, read in one direction, made the slow way from the model. */
function slowExamples(events: readonly ShopEvent[], isForwards: boolean): Example[] {
  const told = isForwards ? events : [...events].reverse();
  const { rows, kinds } = buildProfile(told, { rowOf, maxEvents: 1000 });
  const atMs = told.map((event) => event.atMs);
  const gaps = Uint8Array.from(atMs, (time, t) =>
    gapBucket(t === 0 ? Number.POSITIVE_INFINITY : Math.abs(time - (atMs[t - 1] as number))),
  );
  const factor = readFactor(TASK.factor, { rank: RANK, dim: DIM });
  return Array.from({ length: rows.length - 1 }, (_, t) => {
    const cut = [Math.max(0, t + 1 - MODEL.config.maxEvents), t + 1] as const;
    const read = { rows: rows.slice(...cut), kinds: kinds.slice(...cut), gaps: gaps.slice(...cut) };
    const session = encodeSession(read, MODEL);
    return {
      logits: Array.from({ length: NUM_ITEMS }, (_, row) => exactDot(session, exactRow(MODEL.items, row))),
      projected: Array.from({ length: RANK }, (_, r) => exactDot(factor.subarray(r * DIM, (r + 1) * DIM), session)),
      target: rows[t + 1] as number,
    };
  });
}

/** The loss as its formula stands: the sum of −log softmax(logits + B[group] · A·s)[target], in float64. */
function slowLoss(examples: readonly Example[], update: readonly number[]): number {
  let sum = 0;
  for (const { logits, projected, target } of examples) {
    const shifted = logits.map((logit, row) => {
      const at = (MODEL.groups[row] as number) * RANK;
      return logit + exactDot(update.slice(at, at + RANK), projected);
    });
    const total = shifted.reduce((odds, logit) => odds + Math.exp(logit), 0);
    sum += Math.log(total) - (shifted[target] as number);
  }
  return sum;
}

/** Minus the loss's differences at B = 0, at length `clipNorm`. */
function slowUpdate(events: readonly ShopEvent[]): number[] {
  const examples = [...slowExamples(events, true), ...slowExamples(events, false)];
  const step = 1e-5;
  const downhill = Array.from({ length: TASK.vdaf.length }, (_, i) => {
    const moved = (by: number) => Array.from({ length: TASK.vdaf.length }, (_, j) => (i === j ? by : 0));
    return (slowLoss(examples, moved(-step)) - slowLoss(examples, moved(step))) / (2 * step);
  });
  const norm = Math.hypot(...downhill);
  return downhill.map((value) => (value * TASK.clipNorm) / norm);
}

describe('the local update', () => {
  const HISTORY = historyOf([3, 17, 5, 9, 17, 21]);

  test('is downhill of the loss in both directions, by finite differences', () => {
    expect([...learn(HISTORY)]).toEqual(close(slowUpdate(HISTORY), 4));
  });

  test('reads two events both ways', () => {
    const pair = historyOf([8, 19]);
    expect([...learn(pair)]).toEqual(close(slowUpdate(pair), 4));
  });

  test.each([0.4, 2.5])('of any history has length %d, the clip norm, however long the history', (clipNorm) => {
    for (const rows of [
      [3, 17],
      [3, 17, 5, 9, 17, 21, 2, 2, 11, 4, 20, 8],
    ]) {
      expect(Math.hypot(...learn(historyOf(rows), { ...TASK, clipNorm }))).toBeCloseTo(clipNorm, 5);
    }
  });

  test('stays finite where logits are far apart', () => {
    const scoreAll = plainScores(MODEL.items);
    const far = (query: Float32Array, out: Float32Array): void => {
      scoreAll(query, out);
      for (let row = 0; row < out.length; row++) out[row] = 900 * (out[row] as number);
    };
    const update = localUpdate({ model: MODEL, scoreAll: far, events: HISTORY, rowOf, task: TASK });
    expect(update.every(Number.isFinite)).toBe(true);
  });

  test.each<[string, ShopEvent[]]>([
    ['nothing', []],
    ['one item', historyOf([8])],
    ['one item that the model knows', [...historyOf([8]), { kind: 'view', itemId: 'sofa' as ItemId, atMs: START_MS }]],
    [
      'one item and impressions',
      [...historyOf([8]), { kind: 'impression', itemId: 'item-4' as ItemId, atMs: START_MS }],
    ],
    ['searches', [{ kind: 'search', query: 'mug', atMs: START_MS }]],
  ])('of a history of %s is zero in every place', (_, events) => {
    expect(learn(events)).toEqual(new Float32Array(TASK.vdaf.length));
  });

  test('learns from the last twenty examples alone', () => {
    const rows = Array.from({ length: 34 }, (_, t) => (5 * t) % 23);
    // 20 targets and the four events read before each: what lies before the last 24 can't matter.
    const changed = rows.map((row, t) => (t < 10 ? (row + 11) % 23 : row));
    const [first, second] = [learn(historyOf(rows)), learn(historyOf(changed))];
    expect(second).toEqual(first);
    expect(learn(historyOf(rows.with(10, 2)))).not.toEqual(first);
  });

  test('of a group is the sum over its rows', () => {
    const groups = Uint16Array.from({ length: NUM_ITEMS }, (_, row) => row);
    const apart: Model = { ...MODEL, groups, config: { ...MODEL.config, numGroups: NUM_ITEMS } };
    const summed = new Array<number>(TASK.vdaf.length).fill(0);
    learn(HISTORY, { ...TASK, vdaf: { ...TASK.vdaf, length: NUM_ITEMS * RANK } }, apart).forEach((value, i) => {
      const at = (MODEL.groups[Math.floor(i / RANK)] as number) * RANK + (i % RANK);
      summed[at] = (summed[at] as number) + value;
    });
    const stretch = TASK.clipNorm / Math.hypot(...summed);
    expect([...learn(HISTORY)]).toEqual(
      close(
        summed.map((value) => stretch * value),
        5,
      ),
    );
  });

  test('is another one under another factor', () => {
    const factor = writeFactor(spread(RANK * DIM, 0.9, seededRandom(18)));
    expect(learn(HISTORY, { ...TASK, factor })).not.toEqual(learn(HISTORY));
  });

  test('is refused for a task of another number of parameters', () => {
    expect(() => learn(HISTORY, { ...TASK, vdaf: { ...TASK.vdaf, length: 24 } })).toThrow(
      'expected a sum of 21 elements, got 24',
    );
  });
});
