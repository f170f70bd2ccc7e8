import { describe, expect, test } from 'vitest';
import type { Rule } from '#protocol/live.ts';
import { writeLifts } from '#widget/rules.ts';
import { category, item, resolve } from './rules-fixture.ts';

describe('what rules add to scores', () => {
  /** What is added to rows 0 to 4: a mug, a lamp, a chair, a mug and a lamp. */
  function liftsOf(rules: readonly Rule[], isShown: (row: number) => boolean = () => true): number[] {
    const lifts = new Float32Array(5).fill(99); // what was there is gone
    writeLifts(resolve(...rules), isShown, lifts);
    return [...lifts];
  }
  const near = (value: number) => expect.closeTo(value, 5);

  test('is nothing without rules', () => {
    expect(liftsOf([])).toEqual([0, 0, 0, 0, 0]);
  });

  test('is the logarithm of a boost, so that boosts of one item multiply its odds', () => {
    const boosts: Rule[] = [
      { kind: 'boost', target: category('Home/mug'), factor: 7 },
      { kind: 'boost', target: item(3), factor: 2.5 },
    ];
    expect(liftsOf(boosts)).toEqual([near(Math.log(7)), 0, 0, near(Math.log(17.5)), 0]);
  });

  test('is −Infinity for what is hidden or may not be shown, boosted or not', () => {
    const rules: Rule[] = [
      { kind: 'hide', target: category('Home/lamp') },
      { kind: 'boost', target: category('Home'), factor: 40 },
    ];
    const boosted = near(Math.log(40));
    const none = Number.NEGATIVE_INFINITY;
    expect(liftsOf(rules, (row) => row !== 3)).toEqual([boosted, none, boosted, none, none]);
  });

  test('puts a buried item below any score, however strongly boosted', () => {
    const rules: Rule[] = [
      { kind: 'bury', target: category('Home/chair') },
      { kind: 'boost', target: item(2), factor: 1e9 },
    ];
    const [mug, lamp, chair] = liftsOf(rules) as [number, number, number];
    expect([mug, lamp]).toEqual([0, 0]);
    expect(chair).toBeLessThan(-5000);
    expect(chair).toBeGreaterThan(Number.NEGATIVE_INFINITY);
  });

  test('is nothing for a pin or a limit, which are not about scores', () => {
    const rules: Rule[] = [
      { kind: 'pin', target: item(4), rank: 0 },
      { kind: 'limit', target: category('Home/mug'), max: 0 },
    ];
    expect(liftsOf(rules)).toEqual([0, 0, 0, 0, 0]);
  });
});
