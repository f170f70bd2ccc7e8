import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '#trainer/seeded-random.ts';
import { batchesOf, customerSequences, cutWindows, paddedLength, type Window } from '#trainer/sequences.ts';
import { basket } from './dataset-fixture.ts';

describe('the sequence of a customer', () => {
  test('is all their orders end to end, with the time since the item before and the place in the log', () => {
    const baskets = [
      basket('ann', [7, 3], 5),
      basket('bob', [5], 6),
      basket('ann', [9, 7], 9),
      basket('bob', [2], 100),
    ];
    expect(customerSequences(baskets)).toEqual([
      // Bucket 9: nothing before; 0: the same order; 6: three days to a week.
      { rows: [7, 3, 9, 7], gaps: [9, 0, 6, 0], ages: [0, 0, 4 / 95, 4 / 95] },
      { rows: [5, 2], gaps: [9, 9], ages: [1 / 95, 1] },
    ]);
  });

  test('lies at the end of a log that is a single moment', () => {
    expect(customerSequences([basket('ann', [7, 3], 5)])).toEqual([{ rows: [7, 3], gaps: [9, 0], ages: [1, 1] }]);
    expect(customerSequences([])).toEqual([]);
  });
});

describe('windows', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

  test('have every event but the first of a customer as target exactly once, in order', () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 2, max: 9 }), (list, maxEvents) => {
        const sequences = list.map((length, customer) => ({
          rows: Array.from({ length }, (_, i) => 100 * customer + i),
          gaps: Array.from({ length }, (_, i) => i % 10),
          ages: Array.from({ length }, (_, i) => (i + customer) / 50),
        }));
        const windows = cutWindows(sequences, maxEvents);
        expect(windows.flatMap(({ rows }) => rows.slice(1))).toEqual(sequences.flatMap(({ rows }) => rows.slice(1)));
        expect(windows.flatMap(({ gaps }) => gaps.slice(1))).toEqual(sequences.flatMap(({ gaps }) => gaps.slice(1)));
        for (const { rows, gaps, age } of windows) {
          expect(rows.length).toBeGreaterThanOrEqual(2);
          expect(rows.length).toBeLessThanOrEqual(maxEvents + 1);
          expect(gaps).toHaveLength(rows.length);
          const customers = new Set(rows.map((row) => Math.floor(row / 100)));
          expect(customers.size).toBe(1);
          const [customer] = customers as unknown as [number];
          expect(age).toBe((((rows.at(-1) as number) % 100) + customer) / 50);
        }
      }),
      { seed: 251 },
    );
  });
});

describe('batches', () => {
  const random = seededRandom(252);
  const windows: Window[] = Array.from({ length: 150 }, (_, i) => {
    const length = 2 + Math.floor(random() * (i % 5 === 0 ? 30 : 7));
    return { rows: new Array(length).fill(i), gaps: new Array(length).fill(i % 10), age: i / 150 };
  });
  const batches = batchesOf(windows, 64);

  test('hold every window once', () => {
    const byNumber = (a: Window, b: Window) => (a.rows[0] as number) - (b.rows[0] as number);
    expect(batches.flat().toSorted(byNumber)).toEqual(windows);
  });

  test('hold windows of one padded length, as many as fit, and at least one', () => {
    const lengths = batches.map((batch) => {
      const [length, ...others] = new Set(batch.map(paddedLength));
      expect(others).toEqual([]);
      return length as number;
    });
    expect(new Set(lengths).size).toBeGreaterThan(4);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    batches.forEach((batch, i) => {
      const length = lengths[i] as number;
      expect(batch.length * length).toBeLessThanOrEqual(64);
      if (lengths[i + 1] === length) expect((batch.length + 1) * length).toBeGreaterThan(64);
    });
    expect(batchesOf(windows.slice(0, 3), 1)).toHaveLength(3);
  });

  test('keep the order of the windows among those of one length', () => {
    for (const batch of batches) {
      const numbers = batch.map(({ rows }) => rows[0] as number);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  });

  test('are as many for any order of the windows', () => {
    expect(batchesOf(windows.toReversed(), 64)).toHaveLength(batches.length);
  });

  test.each([
    [2, 2],
    [3, 2],
    [4, 4],
    [9, 8],
    [10, 12],
    [33, 32],
    [34, 48],
    [201, 200],
    [230, 229],
  ])('pad a window of %d events to %d inputs', (numEvents, length) => {
    expect(paddedLength({ rows: new Array(numEvents).fill(5), gaps: [], age: 0.5 })).toBe(length);
  });
});
