import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { plainScores } from '#model/dense-scores.ts';
import { encodeSession } from '#model/encoder.ts';
import { drawFactor } from '#model/factor.ts';
import { type Example, localUpdate, updateGradient } from '#model/local-update.ts';
import type { Model } from '#model/model.ts';
import { buildProfile } from '#model/profile.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { Digest, ItemId } from '#protocol/ids.ts';
import { startBackend } from '#trainer/backend.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { exactDot, exactRow, randomModel, spread } from './random-model.ts';

const [NUM_ITEMS, NUM_GROUPS, RANK] = [14, 5, 3];
const random = seededRandom(121);
const GROUPS = Uint16Array.from({ length: NUM_ITEMS }, (_, row) => (row * 3) % NUM_GROUPS);
const EXAMPLES: Example[] = [4, 11, 4, 0].map((target) => ({
  logits: spread(NUM_ITEMS, 2, random),
  projected: spread(RANK, 1.5, random),
  target,
}));
const UPDATE = spread(NUM_GROUPS * RANK, 0.8, random);

/** The loss as its formula stands: mean of −log softmax(logits + B[group] · A·s)[target], in float64. */
function slowLoss(examples: readonly Example[], update: ArrayLike<number>, groups: Uint16Array, rank = RANK): number {
  let sum = 0;
  for (const { logits, projected, target } of examples) {
    const shifted = Array.from(logits, (logit, row) => {
      const at = (groups[row] as number) * rank;
      return logit + exactDot(Array.from(update).slice(at, at + rank), projected);
    });
    const total = shifted.reduce((odds, logit) => odds + Math.exp(logit), 0);
    sum += Math.log(total) - (shifted[target] as number);
  }
  return sum / examples.length;
}

const close = (values: ArrayLike<number>, digits: number) =>
  Array.from(values, (value) => expect.closeTo(value, digits));

describe('the gradient of the local loss', () => {
  test('is that of finite differences', () => {
    const step = 1e-5;
    const differences = Array.from(UPDATE, (_, i) => {
      const moved = (by: number) => Array.from(UPDATE, (value, j) => (i === j ? value + by : value));
      return (slowLoss(EXAMPLES, moved(step), GROUPS) - slowLoss(EXAMPLES, moved(-step), GROUPS)) / (2 * step);
    });
    const gradient = updateGradient(EXAMPLES, UPDATE, { groups: GROUPS, rank: RANK });
    expect([...gradient]).toEqual(close(differences, 5));
  });

  describe('beside tfjs', () => {
    beforeAll(async () => {
      await startBackend();
    });

    test('is that of automatic differentiation', () => {
      const { numTensors } = tf.memory();
      const automatic = tf.tidy(() => {
        const numExamples = EXAMPLES.length;
        const logits = tf.tensor2d(EXAMPLES.map((example) => [...example.logits])); // [P, N]
        const projected = tf.tensor2d(EXAMPLES.map((example) => [...example.projected])); // [P, rank]
        const targets = tf.oneHot(
          tf.tensor1d(
            EXAMPLES.map(({ target }) => target),
            'int32',
          ),
          NUM_ITEMS,
        ); // [P, N]
        const membership = tf.oneHot(tf.tensor1d([...GROUPS], 'int32'), NUM_GROUPS); // [N, groups]
        const lossOf = (update: tf.Tensor): tf.Scalar => {
          const shifts = tf.matMul(projected, tf.transpose(update)); // [P, groups]
          const shifted = tf.add(logits, tf.matMul(shifts, tf.transpose(tf.cast(membership, 'float32')))); // [P, N]
          const likelihoods = tf.sum(tf.mul(tf.logSoftmax(shifted), targets), 1); // [P]
          return tf.div(tf.neg(tf.sum(likelihoods)), numExamples);
        };
        const gradient = tf.grad(lossOf)(tf.tensor2d(UPDATE, [NUM_GROUPS, RANK]));
        expect(gradient.shape).toEqual([NUM_GROUPS, RANK]);
        return gradient.dataSync().slice();
      });
      expect(tf.memory().numTensors).toBe(numTensors);
      expect([...updateGradient(EXAMPLES, UPDATE, { groups: GROUPS, rank: RANK })]).toEqual(close(automatic, 5));
    });
  });

  test('of a group is the sum over its rows', () => {
    const own = Uint16Array.from({ length: NUM_ITEMS }, (_, row) => row);
    const perItem = updateGradient(EXAMPLES, new Float32Array(NUM_ITEMS * RANK), { groups: own, rank: RANK });
    const summed = new Array<number>(NUM_GROUPS * RANK).fill(0);
    perItem.forEach((value, i) => {
      const at = (GROUPS[Math.floor(i / RANK)] as number) * RANK + (i % RANK);
      summed[at] = (summed[at] as number) + value;
    });
    const perGroup = updateGradient(EXAMPLES, new Float32Array(NUM_GROUPS * RANK), { groups: GROUPS, rank: RANK });
    expect([...perGroup]).toEqual(close(summed, 5));
  });

  test('stays finite where logits are far apart', () => {
    const far = EXAMPLES.map((example) => ({ ...example, logits: example.logits.map((logit) => 900 * logit) }));
    const gradient = updateGradient(far, UPDATE, { groups: GROUPS, rank: RANK });
    expect(gradient.every(Number.isFinite)).toBe(true);
  });
});

const MODEL = randomModel(131, { numGroups: 7, maxEvents: 4 });
const TASK = {
  factorSeed: '9a4f03d2'.repeat(8) as Digest,
  rank: RANK,
  vdaf: { type: 'UnverifiedVectorSum' as const, length: 7 * RANK },
  localSteps: 12,
  localLearningRate: 0.3,
};
const START_MS = 1_790_000_000_000;
const rowOf = (id: ItemId): number | undefined => (id.startsWith('item-') ? Number(id.slice(5)) : undefined);
const historyOf = (rows: readonly number[]): ShopEvent[] =>
  rows.map((row, t) => ({
    kind: t % 2 ? 'view' : 'add',
    itemId: `item-${row}` as ItemId,
    atMs: START_MS + t * 400_000,
  }));

const learn = (events: readonly ShopEvent[], task = TASK, model: Model = MODEL) =>
  localUpdate({ model, scoreAll: plainScores(model.items), events, rowOf, task });

/** The examples of a history, made the slow way from the model. */
async function slowExamples(events: readonly ShopEvent[]): Promise<Example[]> {
  const { rows, kinds, gaps } = buildProfile(events, { rowOf, maxEvents: 1000 });
  const { maxEvents, dim, numItems } = MODEL.config;
  const factor = await drawFactor(TASK.factorSeed, { rank: RANK, dim });
  return Array.from({ length: rows.length - 1 }, (_, t) => {
    const cut = [Math.max(0, t + 1 - maxEvents), t + 1] as const;
    const session = encodeSession(
      { rows: rows.slice(...cut), kinds: kinds.slice(...cut), gaps: gaps.slice(...cut) },
      MODEL,
    );
    return {
      logits: Float32Array.from({ length: numItems }, (_, row) => exactDot(session, exactRow(MODEL.items, row))),
      projected: Float32Array.from({ length: RANK }, (_, r) =>
        exactDot(factor.subarray(r * dim, (r + 1) * dim), session),
      ),
      target: rows[t + 1] as number,
    };
  });
}

describe('the local update', () => {
  const HISTORY = historyOf([3, 17, 5, 9, 17, 21]);

  test('lowers the loss of its own history, further with more steps', async () => {
    const examples = await slowExamples(HISTORY);
    const lossAfter = (update: Float32Array) => slowLoss(examples, update, MODEL.groups);
    const before = lossAfter(new Float32Array(TASK.vdaf.length));
    const afterSome = lossAfter(await learn(HISTORY));
    const afterMore = lossAfter(await learn(HISTORY, { ...TASK, localSteps: 40 }));
    expect(afterSome).toBeLessThan(before - 0.1);
    expect(afterMore).toBeLessThan(afterSome);
  });

  test('after one step is minus the learning rate times the gradient at zero', async () => {
    const gradient = updateGradient(await slowExamples(HISTORY), new Float32Array(TASK.vdaf.length), {
      groups: MODEL.groups,
      rank: RANK,
    });
    const update = await learn(HISTORY, { ...TASK, localSteps: 1 });
    expect([...update]).toEqual(
      close(
        gradient.map((value) => -0.3 * value),
        5,
      ),
    );
    expect(Math.hypot(...update)).toBeGreaterThan(0.02);
  });

  test('takes each step from where the one before ended', async () => {
    const examples = await slowExamples(HISTORY);
    const expected = new Float32Array(TASK.vdaf.length);
    for (let step = 0; step < 3; step++) {
      const gradient = updateGradient(examples, expected, { groups: MODEL.groups, rank: RANK });
      gradient.forEach((value, i) => {
        expected[i] = (expected[i] as number) - 0.3 * value;
      });
    }
    expect([...(await learn(HISTORY, { ...TASK, localSteps: 3 }))]).toEqual(close(expected, 5));
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
  ])('of a history of %s is zero in every place', async (_, events) => {
    expect(await learn(events)).toEqual(new Float32Array(TASK.vdaf.length));
  });

  test('learns from the last twenty examples alone', async () => {
    const rows = Array.from({ length: 34 }, (_, t) => (5 * t) % 23);
    // 20 targets and the four events read before each: what lies before the last 24 can't matter.
    const changed = rows.map((row, t) => (t < 10 ? (row + 11) % 23 : row));
    const [first, second] = [await learn(historyOf(rows)), await learn(historyOf(changed))];
    expect(second).toEqual(first);
    expect(await learn(historyOf(rows.with(10, 2)))).not.toEqual(first);
  });

  test('has one row for all items of a group: the same whichever of them was chosen', async () => {
    // Rows 6 and 13 share group 6 of 7; as the last event, an item is a target and nothing else.
    const [first, second] = [await learn(historyOf([3, 17, 6])), await learn(historyOf([3, 17, 13]))];
    expect([...second]).toEqual(close(first, 6));
    expect(await learn(historyOf([3, 17, 14]))).not.toEqual(first);
  });

  test('is another one under another factor', async () => {
    const other = await learn(HISTORY, { ...TASK, factorSeed: '9a4f03d3'.repeat(8) as Digest });
    expect(other).not.toEqual(await learn(HISTORY));
  });

  test('is refused for a task of another number of parameters', async () => {
    await expect(learn(HISTORY, { ...TASK, vdaf: { ...TASK.vdaf, length: 24 } })).rejects.toThrow(
      'expected an update of 21 parameters, got 24',
    );
  });
});
