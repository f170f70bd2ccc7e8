import { describe, expect, test } from 'vitest';
import { seededRandom } from '#trainer/seeded-random.ts';
import { advantageOf } from '../../../bench/attacks/best-threshold.ts';
import { attackByShadows, type ShadowModel } from '../../../bench/attacks/membership-of-model.ts';
import { decide } from '../../../bench/attacks/membership-of-sum.ts';
import { learnAndTell } from '../../../bench/attacks/view-of-one-party.ts';

const random = seededRandom(81);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

describe('the likelihood-ratio test of a sum', () => {
  const update = Float64Array.of(30, -40); // length 50

  test('is never wrong where there is no noise', () => {
    const nothing = new Float64Array(2);
    expect(decide(nothing, update, 0)).toEqual({
      isInLikelier: true,
      isOutLikelier: false,
      isInCertain: true,
      isOutCertain: false,
    });
  });

  test('says likelier from half of the update’s length on, along the update', () => {
    const along = (share: number) => decide(Float64Array.of(30 * share, -40 * share), update, 70);
    expect(along(0.49).isOutLikelier).toBe(false);
    expect(along(0.51).isOutLikelier).toBe(true);
    expect(along(-0.49).isInLikelier).toBe(true);
    expect(along(-0.51).isInLikelier).toBe(false);
    expect(decide(Float64Array.of(400, 300), update, 70).isOutLikelier).toBe(false); // across it
  });

  test('says certain from 3.09 standard deviations of the noise on', () => {
    const stdDev = 20;
    const at = (deviations: number) => (deviations * stdDev) / 50;
    const seen = (share: number) => decide(Float64Array.of(30 * share, -40 * share), update, stdDev);
    expect(seen(at(3.08)).isOutCertain).toBe(false);
    expect(seen(at(3.1)).isOutCertain).toBe(true);
    expect(seen(at(3.08) - 1).isInCertain).toBe(false);
    expect(seen(at(3.1) - 1).isInCertain).toBe(true);
  });
});

describe('the attack by shadow models', () => {
  /** 40 models of 30 targets, whose losses fall by `drop` where they are in. Targets are hard or easy by themselves. */
  const modelsWhere = (drop: number): ShadowModel[] => {
    const hardness = Array.from({ length: 30 }, () => 5 * random());
    return Array.from({ length: 40 }, () => {
      const isIn = hardness.map(() => random() < 0.5);
      const losses = hardness.map((hard, target) => hard + 0.2 * normal() - (isIn[target] ? drop : 0));
      return { isIn, losses };
    });
  };

  test('finds nothing where taking part changes nothing', () => {
    const { advantage } = attackByShadows(modelsWhere(0));
    expect(Math.abs(advantage.value)).toBeLessThan(0.15); // 1,200 trials: a deviation of 0.03
  });

  test('finds nearly all where it changes much, however hard each target is by itself', () => {
    const { advantage, truePositives } = attackByShadows(modelsWhere(1.2));
    expect(advantage.value).toBeGreaterThan(0.95);
    expect(truePositives.value).toBeGreaterThan(0.8);
  });

  test('comes near the best advantage that a shift of one deviation allows', () => {
    const { advantage } = attackByShadows(modelsWhere(0.2));
    expect(advantage.value).toBeGreaterThan(0.2);
    expect(advantage.value).toBeLessThan(0.383 + 0.13); // 2Φ(1/2) − 1
  });
});

describe('the advantage of a threshold', () => {
  test('is 1 where all members score above all others', () => {
    expect(advantageOf([7, 8, 9, 12, 11, 10], [3, 4, 5, 6, 2, 1]).value).toBe(1);
  });

  test('is 0 where scores are the same', () => {
    expect(advantageOf([5, 5, 5, 5], [5, 5, 5, 5]).value).toBe(0);
  });

  test('is not flattered by the scores that the threshold was chosen on', () => {
    const advantages = Array.from({ length: 200 }, () => {
      const scores = () => Array.from({ length: 20 }, random);
      return advantageOf(scores(), scores()).value;
    });
    const average = advantages.reduce((sum, value) => sum + value, 0) / advantages.length;
    expect(Math.abs(average)).toBeLessThan(0.09); // deviation of one 0.22: six of the mean's
  });
});

describe('what is learned from the bytes of two kinds of reports', () => {
  /** The 5th byte tends to be larger by `shift`. */
  const reports = (shift: number) =>
    Array.from({ length: 1000 }, () =>
      Uint8Array.from({ length: 9 }, (_, i) => Math.floor(200 * random()) + (i === 4 ? shift : 0)),
    );

  test('is nothing where they are alike', () => {
    const { low, high } = learnAndTell(reports(0), reports(0));
    expect(low).toBeLessThan(0.12); // six deviations of 0.058 above 0 and half an interval below
    expect(high).toBeGreaterThan(-0.12);
  });

  test('is the one byte that differs', () => {
    const { value } = learnAndTell(reports(0), reports(50));
    expect(value).toBeGreaterThan(0.05); // a threshold on that byte alone: 0.25
    expect(value).toBeLessThan(0.45);
    const far = reports(55).map((bytes) => bytes.map((byte, i) => (i === 4 ? 255 : byte)));
    expect(learnAndTell(reports(0), far).value).toBeGreaterThan(0.97);
  });
});
