import { describe, expect, test } from 'vitest';
import { renderReport } from '#trainer/evaluation/report.ts';
import type { ReportData } from '#trainer/evaluation/report-data.ts';
import { makeEvaluation, makeFullEvaluation, makeReportData } from './report-fixture.ts';
import { headingsOf, plotDescriptionsOf, tableOf, textOf, unbalancedTags } from './report-html.ts';

const FULL = await renderReport(makeReportData());
/** Only what every evaluation has. */
const MINIMAL_DATA: ReportData = {
  evaluation: makeEvaluation(),
  madeOn: '2026-03-14',
  command: 'vitrine evaluate',
  configuration: [],
};
const MINIMAL = await renderReport(MINIMAL_DATA);

describe('a report', () => {
  test('gives every recommender with intervals, the tested model first', () => {
    const [head, ...rows] = tableOf(
      FULL,
      'Percent; below each figure its 95 % interval, by bootstrap over 15,979 sessions',
    );
    expect(head).toEqual(['', 'Recall@20', 'NDCG@20', 'MRR@20', 'Recall@10', 'NDCG@10', 'MRR@10']);
    expect(rows.map(([label]) => label)).toEqual([
      'shipped (int8)',
      'float',
      'popular',
      'recent popular',
      'transitions',
      'item kNN',
      'session kNN',
    ]);
    expect(rows[0]?.slice(0, 3)).toEqual(['shipped (int8)', '55.32 54.82–55.90', '28.77 28.51–29.07']);
    expect(rows[6]?.at(-1)).toBe('18.78 18.61–18.97');
  });

  test('sets the tested model beside others, paired', () => {
    const [, ...rows] = tableOf(
      FULL,
      'The shipped model beside others on the same cases: 95 % intervals of the paired ratio and difference',
    );
    expect(rows).toEqual([
      ['beside session kNN', 'Recall@20', '1.061 (1.053–1.068)', '+3.16 (+2.81 to +3.52)'],
      ['beside float', 'NDCG@20', '0.998 (0.997–1.001)', '−0.09 (−0.14 to +0.03)'],
    ]);
  });

  test('gives the figures of every plot as a table too', () => {
    const [head, counts, shipped] = tableOf(
      FULL,
      'Recall@20 by decile of sales, 10 sells most, with NDCG@20 below it, %',
    );
    expect(head?.at(-1)).toBe('10 (most sold)');
    expect(counts?.slice(0, 3)).toEqual(['targets', '21,000', '10,500']);
    expect(shipped?.slice(0, 2)).toEqual(['shipped (int8)', '24.89 12.94']);
    expect(tableOf(FULL, 'Lists of 20')[1]).toEqual(['shipped (int8)', '87.12', '0.610', '0.340']);
  });

  test('sets exposure beside sales', async () => {
    const segments = [
      { label: 'Acme', numItems: 431, shareOfSales: 0.125, shareOfExposure: 0.275, ratio: 2.2 },
      { label: 'no brand', numItems: 9, shareOfSales: 0, shareOfExposure: 0.725, ratio: undefined },
    ];
    const html = await renderReport({ ...MINIMAL_DATA, fairness: [{ by: 'brand', segments }] });
    const rows = tableOf(html, 'By brand; shares in %');
    expect(rows[0]).toEqual(['', 'Items', 'Sales', 'Exposure', 'Ratio', '']);
    expect(rows[1]).toEqual(['Acme', '431', '12.5', '27.5', '× 2.20', '']);
    expect(rows[2]).toEqual(['no brand', '9', '0.0', '72.5', '–', '']);
  });

  test('says how long an answer takes, and where that was measured', async () => {
    const answersMs = Float32Array.from({ length: 1001 }, (_, index) => 2 + 0.01 * index);
    const html = await renderReport(makeReportData({ latency: { answersMs, machine: 'Abacus 3' } }));
    expect(tableOf(html, 'Milliseconds an answer, of 1,001 answers')).toEqual([
      ['', 'ms'],
      ['median', '7.00'],
      ['95th percentile', '11.50'],
      ['99th percentile', '11.90'],
      ['slowest', '12.00'],
    ]);
    expect(textOf(html)).toContain('in Node on the trainer’s machine (Abacus 3), not on a shopper’s device');
  });

  test('can be made again from the command and the configuration in it', () => {
    expect(textOf(FULL)).toContain('--protocol sessions --seed 42');
    const settings = Object.fromEntries(tableOf(FULL, 'As it ran'));
    expect(settings).toMatchObject({ seed: '42', learningRate: '0.002', bundle: '4.32 MB', diversity: '0.2' });
    expect(settings['text features']).toContain('Universal Sentence Encoder');
  });

  test('describes every plot to readers who do not see it', () => {
    const descriptions = plotDescriptionsOf(FULL);
    expect(descriptions).toHaveLength(9);
    expect(FULL.match(/<svg class="plot"/g)).toHaveLength(9);
    expect(descriptions[0]).toContain('shipped (int8) 55.32 %, popular 0.89 %');
    expect(descriptions.every((text) => text.length > 60)).toBe(true);
  });

  test('calls recall a hit rate where each case has one target', async () => {
    const html = await renderReport({ ...MINIMAL_DATA, evaluation: makeEvaluation({ protocol: 'sequences' }) });
    expect(textOf(html)).toContain('HR@20');
    expect(textOf(html)).not.toContain('Recall@');
  });
});

describe('a report needs neither network nor script', () => {
  test('it names no address', () => {
    expect(FULL).not.toMatch(/https?:|\/\/[a-z]/i);
    expect(FULL).not.toMatch(/\b(src|href|srcset|action)=|@import|url\(/);
  });

  test('it holds no script and forbids all', () => {
    expect(FULL).not.toMatch(/<script|javascript:|\son[a-z]+=/i);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(FULL)?.[1];
    expect(textOf(policy ?? '')).toBe("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  });

  test('every element in it is closed, and no two have one name', () => {
    expect(unbalancedTags(FULL)).toEqual([]);
    expect(unbalancedTags(MINIMAL)).toEqual([]);
    expect(FULL).not.toMatch(/<[^>]* id="/);
  });

  test('it is dark where the reader’s system is', () => {
    expect(FULL).toContain('@media (prefers-color-scheme: dark)');
    expect(FULL).not.toMatch(/(?:fill|stroke)="(?:#|black|white)/); // plots take the page's colors
  });
});

describe('text from outside', () => {
  const HOSTILE = `<img src=x onerror="alert('7')">&amp;`;

  test.each<[string, ReportData]>([
    ['a data set’s name', makeReportData({ evaluation: { ...makeFullEvaluation(), dataset: HOSTILE } })],
    ['a command', makeReportData({ command: HOSTILE })],
    ['a setting', makeReportData({ configuration: [[HOSTILE, HOSTILE]] })],
    ['a brand', makeReportData({ fairness: [brandTable(HOSTILE)] })],
    ['a backend', makeReportData({ evaluation: { ...makeFullEvaluation(), backend: HOSTILE } })],
    ['a segment of a plot', makeReportData(segmentNamed(HOSTILE))],
  ])('%s stays text', async (_, data) => {
    const html = await renderReport(data);
    expect(html).not.toContain('<img');
    expect(html).not.toContain('onerror="');
    expect(textOf(html.replaceAll('aria-label="', '>'))).toContain(HOSTILE);
    expect(unbalancedTags(html)).toEqual([]);
  });

  function brandTable(label: string): NonNullable<ReportData['fairness']>[number] {
    return {
      by: label,
      segments: [{ label, numItems: 3, shareOfSales: 0.4, shareOfExposure: 0.6, ratio: 1.5 }],
    };
  }

  function segmentNamed(label: string): Pick<ReportData, 'byHistoryLength'> {
    const { byHistoryLength } = makeReportData() as Required<ReportData>;
    const named = Object.entries(byHistoryLength).map(([name, segments]) => [
      name,
      segments.map((segment, index) => (index === 2 ? { ...segment, label } : segment)),
    ]);
    return { byHistoryLength: Object.fromEntries(named) };
  }
});

describe('parts that an evaluation lacks', () => {
  test('leave no section', () => {
    expect(headingsOf(MINIMAL)).toEqual(['Beside other recommenders', 'Configuration']);
    expect(headingsOf(FULL)).toEqual([
      'Beside other recommenders',
      'Quality by length of history',
      'Quality by popularity of the item',
      'First-time customers',
      'New items',
      'How much of the catalog is shown',
      'Exposure beside sales',
      'Variety within a list',
      'What each term adds',
      'How long an answer takes',
      'Configuration',
    ]);
  });

  test('leave none either where they are there and empty', async () => {
    const nothing = [{ label: '1', count: 0, quality: null }];
    const breakdown = {
      shipped: nothing,
      popular: nothing,
      recentPopular: nothing,
      transitions: nothing,
      itemKnn: nothing,
      sessionKnn: nothing,
    };
    const html = await renderReport({
      ...MINIMAL_DATA,
      evaluation: makeEvaluation({ comparisons: [], ablation: [], blend: [], diversity: { diversity: 0, trials: [] } }),
      byHistoryLength: breakdown,
      byPopularityDecile: breakdown,
      fairness: [{ by: 'brand', segments: [] }],
      latency: { answersMs: new Float32Array(0), machine: 'none' },
    });
    expect(headingsOf(html)).toEqual(headingsOf(MINIMAL));
  });

  test('a segment without cases is a gap in lines and a dash in the table', async () => {
    const { byHistoryLength } = makeReportData() as Required<ReportData>;
    const gap = Object.entries(byHistoryLength).map(([name, segments]) => [
      name,
      segments.map((segment, index) => (index === 1 ? { ...segment, count: 0, quality: null } : segment)),
    ]);
    const html = await renderReport({ ...MINIMAL_DATA, byHistoryLength: Object.fromEntries(gap) });
    const rows = tableOf(html, 'Recall@20 by events of the session so far, with NDCG@20 below it, %');
    expect(rows[1]?.slice(0, 4)).toEqual(['cases', '21,000', '0', '7,000']);
    expect(rows[2]?.[2]).toBe('–');
    expect(html).not.toContain('NaN');
  });

  test('figures that are all zero, and answers that all took as long, are drawn', async () => {
    const zero = { ...MINIMAL_DATA.evaluation.float };
    for (const metric of Object.keys(zero) as (keyof typeof zero)[]) Object.assign(zero, { [metric]: 0 });
    const evaluation = makeEvaluation();
    const html = await renderReport({
      ...MINIMAL_DATA,
      evaluation: { ...evaluation, shipped: { ...evaluation.shipped, ...zero } },
      latency: { answersMs: [3.25, 3.25, 3.25], machine: 'Abacus 3' },
    });
    expect(html).not.toContain('NaN');
    expect(html).not.toContain('Infinity');
  });
});
