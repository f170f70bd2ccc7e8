import { describe, expect, test } from 'vitest';
import type { Evaluation } from '#trainer/evaluation/evaluation.ts';
import { LOGS, type Log } from '../../bench/recommendations/runs.ts';
import { describeRuns } from '../../bench/recommendations/tables.ts';
import { makeFullEvaluation } from '../trainer/evaluation/report-fixture.ts';

const LOG = LOGS.find(({ name }) => name === 'retail') as Log;

/** A run whose shipped model finds so much. */
function runOf(seed: number, recallAt20: number, minCustomers = 5): Evaluation {
  const run = makeFullEvaluation();
  const ratio = { value: 1 + seed / 10, low: 1, high: 1.5 };
  return {
    ...run,
    protocol: 'orders',
    seed,
    minCustomers,
    trainSeconds: 100 * seed,
    shipped: { ...run.shipped, recallAt20 },
    comparisons: [{ other: 'sessionKnn', metric: 'ndcgAt20', difference: ratio, ratio }],
  };
}

describe('a section of results', () => {
  const lines = describeRuns(LOG, { seeds: [runOf(1, 0.52), runOf(2, 0.56)], others: [runOf(1, 0.6, 1)] }).split('\n');
  const row = (name: string) => lines.find((line) => line.startsWith(`| ${name} |`))?.split(' | ');

  test('names its command, its seeds and its training times', () => {
    expect(lines).toContain(
      'npx vitrine evaluate --orders $VITRINE_DATA/online-retail/orders-2010-12-to-2011-08.csv.gz --test-from 2011-08-01 --min-customers 5 --minutes 2.5 --seed 1',
    );
    const text = lines.join('\n');
    expect(text).toContain('Means over seeds 1, 2 at k = 5');
    expect(text).toContain('Trained in 100, 200 s');
  });

  test('has the mean over the seeds, each seed, and the other threshold beside them', () => {
    expect(row('')?.[1]).toBe('Recall@20');
    expect(row('**vitrine, int8 as shipped**')?.[1]).toMatch(/^54\.00 \(\d\d\.\d\d–\d\d\.\d\d\)$/);
    expect(row('seed 1')?.[1]).toBe('52.00');
    expect(row('seed 2')?.[1]).toBe('56.00');
    expect(row('seed 1, k = 1')?.[1]).toBe('60.00');
    expect(row('session kNN')?.[1]).toMatch(/^52\.16 /);
  });

  test('compares with the best baseline, and with itself before quantization', () => {
    const text = lines.join('\n');
    expect(text).toContain('1.100 × session kNN (1.000–1.500, seed 1), 1.200 × session kNN (1.000–1.500, seed 2).');
    // Before quantization Recall@20 is 55.41 %, and that of the first seed 52.
    expect(text).toContain(`int8 loses at most ${(100 * (1 - 0.52 / 0.5541)).toFixed(2)} %`);
  });

  test('says how new items and new customers fare, and what each term is worth', () => {
    const text = lines.join('\n');
    expect(text).toContain('Recall@20 11.23, by text alone 14.17: 0.79 ×.');
    expect(text).toContain('without its term for new items it finds 3.12.');
    expect(text).toContain('First-time customers (2,391 cases)');
    expect(row('without neighbors')?.[1]).toBe('48.00');
  });
});
