import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rule } from '#protocol/live.ts';
import { arrangeShelf, type Reorder, type ResolvedRule, resolveRules } from '#widget/rules.ts';
import { itemId, shopItem } from './published-shop.ts';

const CATALOG = Array.from({ length: 12 }, (_, row) => shopItem(row)); // mug, lamp, chair, mug, …
const NO_ROWS = new Set<number>();

function resolve(...rules: Rule[]): ResolvedRule[] {
  const rows = new Map(CATALOG.map(({ id }, row) => [id, row]));
  return resolveRules(rules, { catalog: CATALOG, rowOf: (id) => rows.get(id) });
}

/** Row 0 scores best, then 1, and so on, a third of a unit apart. */
const FALLING = Float32Array.from(CATALOG, (_, row) => -row / 3);

const keep: Reorder = (head) => head;
const reverse: Reorder = (head) => head.toReversed();

function arrange(
  rules: readonly ResolvedRule[],
  { hidden = NO_ROWS, count = 4, reorder = keep }: { hidden?: Set<number>; count?: number; reorder?: Reorder } = {},
): number[] {
  return arrangeShelf({ scores: FALLING, rules, hidden, count, reorder });
}

const item = (row: number) => ({ by: 'item', itemId: itemId(row) }) as const;
const category = (path: string) => ({ by: 'category', path }) as const;

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
  test.each(cases)('%s', (_name, rules, expected) => {
    expect(arrange(resolve(...rules))).toEqual(expected);
  });
});

test('a buried item still fills a shelf that would be short', () => {
  expect(arrange(resolve({ kind: 'bury', target: category('Home/mug') }), { count: 12 })).toEqual([
    1, 2, 4, 5, 7, 8, 10, 11, 0, 3, 6, 9,
  ]);
});

test('a pin on a shelf that stays shorter than its rank comes last', () => {
  const hidden = new Set([0, 1, 2, 3, 4, 5, 6, 7, 10, 11]);
  expect(arrange(resolve({ kind: 'pin', target: item(8), rank: 3 }), { hidden })).toEqual([9, 8]);
});

describe('where the head of the ranking is reordered', () => {
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
  test.each(cases)('%s', (_name, rules, expected) => {
    expect(arrange(resolve(...rules), { reorder: reverse })).toEqual(expected);
  });

  test('buried items keep their order', () => {
    const rules = resolve({ kind: 'bury', target: category('Home/lamp') });
    expect(arrange(rules, { count: 12, reorder: reverse })).toEqual([11, 9, 8, 6, 5, 3, 2, 0, 1, 4, 7, 10]);
  });

  test('it is the best rows that may be shown, boosts counted in', () => {
    const heads: { head: number[]; scores: number[] }[] = [];
    const rules = resolve(
      { kind: 'boost', target: item(6), factor: 5 },
      { kind: 'hide', target: item(1) },
      { kind: 'bury', target: item(0) },
    );
    const reorder: Reorder = (head, scores) => {
      heads.push({ head: [...head], scores: Array.from(head, (row) => scores[row] as number) });
      return head;
    };
    arrange(rules, { hidden: new Set([4]), reorder });
    expect(heads).toEqual([
      {
        head: [6, 2, 3, 5, 7, 8, 9, 10, 11],
        scores: [Math.log(5) - 2, ...[2, 3, 5, 7, 8, 9, 10, 11].map((row) => -row / 3)].map((score) =>
          expect.closeTo(score, 5),
        ),
      },
    ]);
  });

  test('rows past the first 100 keep theirs', () => {
    const scores = Float32Array.from({ length: 130 }, (_, row) => -row);
    const shelf = arrangeShelf({ scores, rules: [], hidden: new Set([5]), count: 103, reorder: reverse });
    expect(shelf.slice(0, 2)).toEqual([100, 99]);
    expect(shelf.slice(98)).toEqual([1, 0, 101, 102, 103]);
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
});

function hiddenByRule(rules: readonly ResolvedRule[]): Set<number> {
  return new Set(rules.flatMap((one) => (one.kind === 'hide' ? [...one.rows] : [])));
}

describe('whatever the rules are', () => {
  test('no hidden row shows', () => {
    fc.assert(
      fc.property(situation, (given) => {
        const banned = given.hidden.union(hiddenByRule(given.rules));
        expect(arrangeShelf(given).filter((row) => banned.has(row))).toEqual([]);
      }),
    );
  });

  test('no row shows twice and no limit is passed', () => {
    fc.assert(
      fc.property(situation, (given) => {
        const shelf = arrangeShelf(given);
        expect(new Set(shelf).size).toBe(shelf.length);
        for (const one of given.rules) {
          if (one.kind === 'limit')
            expect(shelf.filter((row) => one.rows.has(row)).length).toBeLessThanOrEqual(one.max);
        }
      }),
    );
  });

  test('the shelf is full when no more could be shown', () => {
    fc.assert(
      fc.property(situation, (given) => {
        const shelf = arrangeShelf(given);
        const banned = given.hidden.union(hiddenByRule(given.rules));
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

  test('a row that no rule touches keeps its order among such rows', () => {
    fc.assert(
      fc.property(situation, (given) => {
        const shelf = arrangeShelf({ ...given, reorder: keep });
        const untouched = shelf.filter((row) => !given.rules.some(({ rows }) => rows.has(row)));
        const scores = untouched.map((row) => given.scores[row] as number);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      }),
    );
  });

  test('the scores handed in stay as they were', () => {
    fc.assert(
      fc.property(situation, (given) => {
        const before = given.scores.slice();
        arrangeShelf(given);
        expect(given.scores).toEqual(before);
      }),
    );
  });
});
