import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScoredRows } from '#model/scorer.ts';
import type { Rule } from '#protocol/live.ts';
import { arrangeShelf, type Reorder } from '#widget/arrange-shelf.ts';
import { type ResolvedRule, writeLifts } from '#widget/rules.ts';
import { CATALOG, category, item, resolve } from './rules-fixture.ts';

const NO_ROWS = new Set<number>();

/** Row 0 scores best, then 1, and so on, a third of a unit apart. */
const FALLING = Float32Array.from(CATALOG, (_, row) => -row / 3);

const keep: Reorder = ({ rows }) => rows;
const reverse: Reorder = ({ rows }) => rows.toReversed();
const always = () => true;

/** Scores of a catalog, rules' lifts added, and a search through all of them. */
function withLifts(
  scores: Float32Array,
  rules: readonly ResolvedRule[],
  { isShown = always, onBest }: { isShown?: (row: number) => boolean; onBest?: (found: ScoredRows) => void } = {},
) {
  const lifts = new Float32Array(scores.length);
  writeLifts(rules, isShown, lifts);
  const scoreOf = (row: number): number => (scores[row] as number) + (lifts[row] as number);
  return {
    scoreOf,
    async best(count: number): Promise<ScoredRows> {
      const rows = Uint32Array.from(scores.keys())
        .filter((row) => scoreOf(row) > Number.NEGATIVE_INFINITY)
        .sort((a, b) => scoreOf(b) - scoreOf(a) || a - b)
        .slice(0, count);
      const found = { rows, scores: Float32Array.from(rows, scoreOf) };
      onBest?.(found);
      return found;
    },
  };
}

function arrange(
  rules: readonly ResolvedRule[],
  { hidden = NO_ROWS, count = 4, reorder = keep }: { hidden?: Set<number>; count?: number; reorder?: Reorder } = {},
): Promise<number[]> {
  return arrangeShelf({ scores: withLifts(FALLING, rules), rules, hidden, count, reorder });
}

describe('each rule does what its name says', () => {
  const cases: [name: string, rules: Rule[], expected: number[]][] = [
    ['no rule: best score first', [], [0, 1, 2, 3]],
    ['pin puts an item at its rank', [{ kind: 'pin', target: item(9), rank: 2 }], [0, 1, 9, 2]],
    [
      'pin of a category puts its best item there',
      [{ kind: 'pin', target: category('Home/chair'), rank: 0 }],
      [2, 0, 1, 3],
    ],
    [
      'of two pins at one rank the second takes the next',
      [
        { kind: 'pin', target: item(9), rank: 1 },
        { kind: 'pin', target: item(7), rank: 1 },
      ],
      [0, 9, 7, 1],
    ],
    ['a pin beyond the shelf changes nothing', [{ kind: 'pin', target: item(9), rank: 4 }], [0, 1, 2, 3]],
    // e^(2/3) ≈ 1.948: a factor of 2 lifts row 2 just above row 0, one of 1.9 does not.
    ['boost of 2 lifts an item past two better ones', [{ kind: 'boost', target: item(2), factor: 2 }], [2, 0, 1, 3]],
    ['boost of 1.9 lifts it past one', [{ kind: 'boost', target: item(2), factor: 1.9 }], [0, 2, 1, 3]],
    ['bury puts a category after all others', [{ kind: 'bury', target: category('Home/mug') }], [1, 2, 4, 5]],
    ['hide takes an item away', [{ kind: 'hide', target: item(1) }], [0, 2, 3, 4]],
    ['a category stands for all below it', [{ kind: 'hide', target: category('Home') }], []],
    ['a category is not every path that begins alike', [{ kind: 'hide', target: category('Home/m') }], [0, 1, 2, 3]],
    ['limit leaves room for others', [{ kind: 'limit', target: category('Home/mug'), max: 1 }], [0, 1, 2, 4]],
    ['limit of 0 hides', [{ kind: 'limit', target: category('Home/mug'), max: 0 }], [1, 2, 4, 5]],
    [
      'a pinned item counts towards its limit',
      [
        { kind: 'limit', target: category('Home/mug'), max: 1 },
        { kind: 'pin', target: item(9), rank: 3 },
      ],
      [1, 2, 4, 9],
    ],
    [
      'hide beats pin',
      [
        { kind: 'pin', target: item(9), rank: 0 },
        { kind: 'hide', target: item(9) },
      ],
      [0, 1, 2, 3],
    ],
    ['an unknown item is no one', [{ kind: 'pin', target: item(99), rank: 0 }], [0, 1, 2, 3]],
  ];
  test.each(cases)('%s', async (_name, rules, expected) => {
    expect(await arrange(resolve(...rules))).toEqual(expected);
  });
});

test('a buried item still fills a shelf that would be short', async () => {
  expect(await arrange(resolve({ kind: 'bury', target: category('Home/mug') }), { count: 12 })).toEqual([
    1, 2, 4, 5, 7, 8, 10, 11, 0, 3, 6, 9,
  ]);
});

test('a pin on a shelf that stays shorter than its rank comes last', async () => {
  const hidden = new Set([0, 1, 2, 3, 4, 5, 6, 7, 10, 11]);
  expect(await arrange(resolve({ kind: 'pin', target: item(8), rank: 3 }), { hidden })).toEqual([9, 8]);
});

test('a buried item stands behind one that scores far below it', async () => {
  const rules = resolve({ kind: 'bury', target: item(2) });
  const scores = withLifts(FALLING.with(7, -1e9), rules);
  const shelf = await arrangeShelf({ scores, rules, hidden: NO_ROWS, count: 12, reorder: keep });
  expect(shelf).toEqual([0, 1, 3, 4, 5, 6, 8, 9, 10, 11, 7, 2]);
});

test('a pinned category whose best item may not be shown means its next best one', async () => {
  const rules = resolve({ kind: 'pin', target: category('Home/chair'), rank: 1 });
  const isShown = (row: number): boolean => row !== 2;
  const scores = withLifts(FALLING, rules, { isShown });
  expect(await arrangeShelf({ scores, rules, hidden: new Set([5]), count: 4, reorder: keep })).toEqual([0, 8, 1, 3]);
});

describe('where the head of the ranking is reordered', () => {
  const LAST_TWENTY = Array.from({ length: 20 }, (_, i) => 110 + i); // of 130
  const cases: [name: string, rules: Rule[], expected: number[]][] = [
    ['the shelf takes the new order', [], [11, 10, 9, 8]],
    ['a pin stays at its rank', [{ kind: 'pin', target: item(3), rank: 1 }], [11, 3, 10, 9]],
    [
      'a pinned category still means its best item',
      [{ kind: 'pin', target: category('Home/chair'), rank: 0 }],
      [2, 11, 10, 9],
    ],
    ['a buried category stays after all others', [{ kind: 'bury', target: category('Home/lamp') }], [11, 9, 8, 6]],
    ['a hidden item stays away', [{ kind: 'hide', target: item(10) }], [11, 9, 8, 7]],
    ['a limit holds', [{ kind: 'limit', target: category('Home/chair'), max: 1 }], [11, 10, 9, 7]],
  ];
  test.each(cases)('%s', async (_name, rules, expected) => {
    expect(await arrange(resolve(...rules), { reorder: reverse })).toEqual(expected);
  });

  test('buried items keep their order', async () => {
    const rules = resolve({ kind: 'bury', target: category('Home/lamp') });
    expect(await arrange(rules, { count: 12, reorder: reverse })).toEqual([11, 9, 8, 6, 5, 3, 2, 0, 1, 4, 7, 10]);
  });

  test('it is the best rows that may be shown, boosts counted in', async () => {
    const heads: { rows: number[]; scores: number[] }[] = [];
    const rules = resolve(
      { kind: 'boost', target: item(6), factor: 5 },
      { kind: 'hide', target: item(1) },
      { kind: 'bury', target: item(0) },
    );
    const reorder: Reorder = ({ rows, scores }) => {
      heads.push({ rows: [...rows], scores: [...scores] });
      return rows;
    };
    await arrange(rules, { hidden: new Set([4]), reorder });
    expect(heads).toEqual([
      {
        rows: [6, 2, 3, 5, 7, 8, 9, 10, 11],
        scores: [Math.log(5) - 2, ...[2, 3, 5, 7, 8, 9, 10, 11].map((row) => -row / 3)].map((score) =>
          expect.closeTo(score, 5),
        ),
      },
    ]);
  });

  test.each([
    ['a hidden one among the first', { hidden: [5], outOfStock: [] }, [100, 99], [1, 0, 101, 102, 103]],
    ['a hidden one among the last', { hidden: [125], outOfStock: [] }, [99, 98], [1, 0, 100, 101, 102]],
    [
      'the last twenty hidden and sold out',
      { hidden: LAST_TWENTY, outOfStock: LAST_TWENTY },
      [99, 98],
      [1, 0, 100, 101, 102],
    ],
  ])('rows past the first 100 keep theirs, with %s', async (_, { hidden, outOfStock }, first, last) => {
    const falling = Float32Array.from({ length: 130 }, (_score, row) => -row);
    const scores = withLifts(falling, [], { isShown: (row) => !outOfStock.includes(row) });
    const shelf = await arrangeShelf({ scores, rules: [], hidden: new Set(hidden), count: 103, reorder: reverse });
    expect(shelf.slice(0, 2)).toEqual(first);
    expect(shelf.slice(98)).toEqual(last);
  });
});

describe('the catalog is searched', () => {
  const LONG = Float32Array.from({ length: 900 }, (_, row) => -row / 7);

  /** How many rows each search asked for, and the shelf. */
  async function search(rules: readonly ResolvedRule[], { hidden, count }: { hidden: Set<number>; count: number }) {
    const asked: number[] = [];
    const scores = withLifts(LONG, rules);
    const recorded = {
      ...scores,
      best(size: number) {
        asked.push(size);
        return scores.best(size);
      },
    };
    return { shelf: await arrangeShelf({ scores: recorded, rules, hidden, count, reorder: keep }), asked };
  }

  test('once for the best 100 and as many more as this shelf hides', async () => {
    const { shelf, asked } = await search([], { hidden: new Set([0, 2, 700]), count: 5 });
    expect(shelf).toEqual([1, 3, 4, 5, 6]);
    expect(asked).toEqual([103]);
  });

  test('further down as long as limits leave the shelf short, and no row shows twice', async () => {
    const limited = { kind: 'limit', target: category('Home'), max: 2 } as const;
    const rules = [{ ...limited, rows: new Set(Array.from({ length: 410 }, (_, row) => row)) }];
    const { shelf, asked } = await search(rules, { hidden: new Set([1]), count: 5 });
    expect(shelf).toEqual([0, 2, 410, 411, 412]);
    expect(asked).toEqual([101, 401, 1601]);
  });
});

const target = fc.oneof(
  fc.integer({ min: 0, max: 13 }).map(item),
  fc.constantFrom('Home', 'Home/mug', 'Home/lamp', 'Elsewhere').map(category),
);
const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ kind: fc.constant('pin' as const), target, rank: fc.nat(6) }),
  fc.record({ kind: fc.constant('boost' as const), target, factor: fc.double({ min: 1, max: 50, noNaN: true }) }),
  fc.record({ kind: fc.constant('bury' as const), target }),
  fc.record({ kind: fc.constant('hide' as const), target }),
  fc.record({ kind: fc.constant('limit' as const), target, max: fc.nat(3) }),
);
const situation = fc.record({
  rules: fc.array(rule, { maxLength: 6 }).map((rules) => resolve(...rules)),
  hidden: fc.uniqueArray(fc.nat(11)).map((rows) => new Set(rows)),
  count: fc.integer({ min: 1, max: 14 }),
  scores: fc
    .array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 12, maxLength: 12 })
    .map((scores) => Float32Array.from(scores)),
  reorder: fc.constantFrom(keep, reverse),
  outOfStock: fc.uniqueArray(fc.nat(11), { maxLength: 4 }).map((rows) => new Set(rows)),
});
type Situation = typeof situation extends fc.Arbitrary<infer Value> ? Value : never;

function arrangeIn({ scores, outOfStock, ...given }: Situation, onBest?: (found: ScoredRows) => void) {
  const isShown = (row: number): boolean => !outOfStock.has(row);
  return arrangeShelf({ ...given, scores: withLifts(scores, given.rules, { isShown, ...(onBest && { onBest }) }) });
}

function rowsOf(kind: Rule['kind'], rules: readonly ResolvedRule[]): Set<number> {
  return new Set(rules.flatMap((one) => (one.kind === kind ? [...one.rows] : [])));
}

function bannedIn({ rules, hidden, outOfStock }: Situation): Set<number> {
  return hidden.union(outOfStock).union(rowsOf('hide', rules));
}

describe('whatever the rules are', () => {
  test('no hidden row shows', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async (given) => {
        const banned = bannedIn(given);
        const shelf = await arrangeIn(given);
        expect(shelf.filter((row) => banned.has(row))).toEqual([]);
      }),
    );
  });

  test('no row shows twice and no limit is passed', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async (given) => {
        const shelf = await arrangeIn(given);
        expect(new Set(shelf).size).toBe(shelf.length);
        for (const one of given.rules) {
          if (one.kind === 'limit')
            expect(shelf.filter((row) => one.rows.has(row)).length).toBeLessThanOrEqual(one.max);
        }
      }),
    );
  });

  test('the shelf is full when no more could be shown', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async (given) => {
        const shelf = await arrangeIn(given);
        const banned = bannedIn(given);
        const spent = given.rules.filter(
          (one) => one.kind === 'limit' && shelf.filter((row) => one.rows.has(row)).length >= one.max,
        );
        const left = CATALOG.keys().filter(
          (row) => !shelf.includes(row) && !banned.has(row) && !spent.some(({ rows }) => rows.has(row)),
        );
        expect(shelf.length === given.count || left.toArray().length === 0).toBe(true);
        expect(shelf.length).toBeLessThanOrEqual(given.count);
      }),
    );
  });

  test('a row that no rule touches keeps its order among such rows', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async (given) => {
        const shelf = await arrangeIn({ ...given, reorder: keep });
        const untouched = shelf.filter((row) => !given.rules.some(({ rows }) => rows.has(row)));
        const scores = untouched.map((row) => given.scores[row] as number);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      }),
    );
  });

  test('a buried row stands after all that are neither buried nor pinned', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async (given) => {
        const pinned = rowsOf('pin', given.rules);
        const buried = rowsOf('bury', given.rules);
        const isBuried = (await arrangeIn(given)).filter((row) => !pinned.has(row)).map((row) => buried.has(row));
        expect(isBuried).toEqual(isBuried.toSorted((a, b) => Number(a) - Number(b)));
      }),
    );
  });

  test('the scores handed in stay as they were', async () => {
    await fc.assert(
      fc.asyncProperty(situation, async (given) => {
        const handedIn: { readonly found: ScoredRows; readonly copy: ScoredRows }[] = [];
        await arrangeIn(given, (found) => handedIn.push({ found, copy: structuredClone(found) }));
        expect(handedIn.length).toBeGreaterThan(0);
        for (const { found, copy } of handedIn) expect(found).toEqual(copy);
      }),
    );
  });
});
