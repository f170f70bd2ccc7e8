import { describe, expect, test } from 'vitest';
import { formatEvaluation } from '#trainer/evaluation/format-evaluation.ts';
import { makeEvaluation, makeFullEvaluation } from './report-fixture.ts';

const FULL = formatEvaluation(makeFullEvaluation());

/** The lines of one part, without its title. */
function part(text: string, title: string): string[] {
  const [, ...lines] = (text.split('\n\n').find((each) => each.startsWith(title)) ?? '').split('\n');
  return lines;
}

describe('an evaluation in a terminal', () => {
  test('says what was asked of whom, and what was trained on what', () => {
    expect(FULL.split('\n\n')[0]?.split('\n')).toEqual([
      'sessions-diginetica',
      'sessions: each next item of later sessions',
      'full ranking over 43,097 items',
      '60,858 cases of 15,979 sessions; 95 % intervals by bootstrap over sessions',
      'pairs of at least 5 customers; seed 42; ships 4.32 MB',
      'trained in 1,384 s, 48.3 steps/s, on WebAssembly SIMD, 2 threads',
      'text features: Universal Sentence Encoder lite, 512 to 128 axes, of 43,097 titles',
    ]);
  });

  test('gives every recommender with intervals, figures under each other', () => {
    expect(FULL.split('\n\n')[1]?.split('\n')).toEqual([
      '  %               Recall@20            NDCG@20              MRR@20',
      '  shipped (int8)  55.32 (54.82–55.90)  28.77 (28.51–29.07)  21.02 (20.83–21.24)',
      '  float           55.41                28.81                21.06',
      '  popular          0.89 (0.88–0.90)     0.46 (0.46–0.47)     0.34 (0.34–0.34)',
      '  recent popular   2.14 (2.12–2.16)     1.11 (1.10–1.12)     0.81 (0.81–0.82)',
      '  transitions     41.27 (40.90–41.70)  21.46 (21.27–21.69)  15.68 (15.54–15.85)',
      '  item kNN        46.91 (46.49–47.40)  24.39 (24.17–24.65)  17.83 (17.67–18.01)',
      '  session kNN     52.16 (51.69–52.71)  27.12 (26.88–27.41)  19.82 (19.64–20.03)',
    ]);
    expect(FULL.split('\n\n')[2]).toMatch(/^ {2}% +Recall@10 +NDCG@10 +MRR@10\n {2}shipped \(int8\) {2}40\.94 /);
  });

  test('sets the tested model beside others, paired', () => {
    expect(part(FULL, 'Shipped beside others').slice(1)).toEqual([
      '  session kNN  Recall@20  1.061 (1.053–1.068)  +3.16 (+2.81 to +3.52)',
      '  float          NDCG@20  0.998 (0.997–1.001)  −0.09 (−0.14 to +0.03)',
    ]);
  });

  test.each([
    ['Baselines as tuned', '  item kNN        lift 20, alpha 0.5, half-life 90 days'],
    ['Blend weights', '  up to 12 events         1          4  0.25        0.25   0.5      2    0.3'],
    ['Terms of the blend', '  without neighbors       48.00    24.96'],
    ['First-time customers (2,391 cases)', '  session kNN         41.73    21.70'],
    ['Cold items (1,834 cases, cut at 2016-04-01, 2016-05-01)', '  text alone          14.17     7.37'],
    ['Diversity 0.2, chosen', '  at 0.2      29.01               0.472            18.34'],
    ['Lists of 20', '  shipped (int8)            87.12             0.610               0.340'],
  ])('has the part "%s" where it was measured', (title, line) => {
    expect(part(FULL, title)).toContain(line);
  });

  test('is as wide as a terminal and leaves no blanks at the end of a line', () => {
    for (const line of FULL.split('\n')) {
      if (!line.startsWith('text features')) expect(line.length).toBeLessThanOrEqual(80);
      expect(line).toBe(line.trimEnd());
    }
  });

  test('has no empty part where something was not measured', () => {
    const parts = formatEvaluation(makeEvaluation({ comparisons: [], ablation: [], blend: [] })).split('\n\n');
    expect(parts).toHaveLength(4); // the task, two tables, the baselines
    expect(parts.every((text) => text.trim() !== '')).toBe(true);
  });

  test('calls recall a hit rate where each case has one target', () => {
    const text = formatEvaluation(makeEvaluation({ protocol: 'sequences' }));
    expect(text).toContain('HR@20');
    expect(text).not.toContain('Recall');
    expect(text).toContain('15,979 customers');
  });

  test('says that seen items are left out, where they are', () => {
    const text = formatEvaluation(makeEvaluation({ excludesSeen: true, minCustomers: 1 }));
    expect(text).toContain('full ranking over 43,097 items, those already in a case’s events left out');
    expect(text).toContain('pairs of at least 1 customer;');
  });
});
