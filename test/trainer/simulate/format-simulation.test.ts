import { describe, expect, test } from 'vitest';
import { formatSimulation, type SimulationFigures, shareOfGap } from '#trainer/simulate/format-simulation.ts';
import { plotSimulation } from '#trainer/simulate/plot-simulation.ts';
import type { ModelFigures, RunFigures } from '#trainer/simulate/simulation.ts';

const ranking = (recallAt20: number): ModelFigures => ({
  shipped: { recallAt20, mrrAt20: recallAt20 / 2 },
  sequence: { recallAt20: recallAt20 ** 2, mrrAt20: recallAt20 / 4 },
});
const run = (numDevices: number, recall: number, epsilon?: number): RunFigures => ({
  numDevices,
  ...(epsilon !== undefined && { epsilon }),
  noiseMultiplier: epsilon === undefined ? 0 : 5.3,
  learned: ranking(recall),
  judgment: { numCases: 90, ndcgBefore: 0.4, ndcgAfter: 0.41, standardError: 0.002, verdict: 'no-worse' },
  isPromoted: true,
  roundsPlayed: 40,
  served: ranking(recall),
  bytesUp: 1_605_960,
  bytesDown: 4_900_400,
  cpuSeconds: 0.0617,
  wallSeconds: 130,
});
const refused = (of: RunFigures): RunFigures => ({ ...of, isPromoted: false, served: ranking(0.5) });
const TRIAL = { numCompared: 990, ndcgBefore: 0.3, ndcgAfter: 0.2, standardError: 0.01, says: 'worse' as const };
const FIGURES: SimulationFigures = {
  ...{ dataset: 'sessions.txt', numItems: 2000, numCases: 17_422, minCustomers: 5 },
  ...{ numRounds: 40, rank: 5, delta: 1e-6, seed: 1 },
  base: ranking(0.5),
  ceiling: ranking(0.7),
  runs: [run(10_000, 0.65), run(10_000, 0.6, 4), refused(run(10_000, 0.42, 1))],
};

describe('the table of a simulation', () => {
  const lines = formatSimulation(FIGURES).split('\n');
  const lineOf = (start: string) =>
    lines
      .find((line) => line.trim().startsWith(start))
      ?.split(/ {2,}/)
      .slice(1);

  test('says how much of the way from base to ceiling each run came', () => {
    const ofRuns = lines.filter((line) => line.includes('10,000'));
    expect(ofRuns.map((line) => line.match(/\d+ %/g))).toEqual([
      ['75 %', '72 %'],
      ['50 %', '46 %'],
      ['0 %', '0 %'],
    ]);
    expect(shareOfGap(0.6, { base: 0.5, ceiling: 0.75 })).toBeCloseTo(0.4, 9);
  });

  test('shows of a refused model what shoppers get instead', () => {
    const line = lines.find((text) => text.includes('refused'));
    expect(line).toContain('50.00');
    expect(line).not.toContain('42.00');
  });

  test('says who decided', () => {
    const decided = (of: RunFigures) =>
      formatSimulation({ ...FIGURES, runs: [of] }).match(/promoted.*? {2}|refused.*? {2}/)?.[0];
    const tried = { ...run(10_000, 0.6, 4), trial: TRIAL };
    expect(
      [run(10_000, 0.6, 4), tried, refused(tried), refused(run(10_000, 0.6, 4))].map((of) => decided(of)?.trim()),
    ).toEqual(['promoted', 'promoted by devices', 'refused by devices', 'refused in round 40']);
  });

  test('says what a device pays', () => {
    expect(lineOf('10,000')).toEqual(
      expect.arrayContaining(['no noise', '65.00', '32.50', '42.25', 'promoted', '0.062', '1606', '4900']),
    );
  });
});

test('the plot is an SVG of its own that names every line and both bounds', async () => {
  const svg = await plotSimulation(FIGURES);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  for (const text of ['devices', '>10,000<', 'base', 'trained on everything', 'no noise']) expect(svg).toContain(text);
});
