import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shadowCell } from '#model/shadow-cell.ts';
import { noiseMultiplierFor } from '#privacy/accountant.ts';
import { generateHpkeKeyPair } from '#privacy/hpke.ts';
import { quantizeUpdate } from '#privacy/quantize-update.ts';
import { makeReport } from '#privacy/report.ts';
import { unverifiedVectorSumSharder } from '#privacy/unverified-vector-sum.ts';
import type { TaskId } from '#protocol/ids.ts';
import { CLIP_NORM_UNITS } from '#protocol/task.ts';
import { createFactors } from '#trainer/choose-factor.ts';
import { deviceRecommender, rowLookup } from '#trainer/device-recommender.ts';
import { SEQUENCE_ALONE } from '#trainer/encoder-alone.ts';
import { meanMetrics, measureRanking } from '#trainer/measure-ranking.ts';
import { readShadow } from '#trainer/read-shadow.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { isKept, learnFromDevices } from '#trainer/simulate/learn-from-devices.ts';
import { playRound, playTrial } from '#trainer/simulate/simulated-round.ts';
import type { SimulatedShop } from '#trainer/simulate/simulated-shop.ts';
import { chooseDevices, Simulation } from '#trainer/simulate/simulation.ts';
import { SimulationThreads } from '#trainer/simulate/simulation-threads.ts';
import { SHADOW_VDAF } from '#trainer/task-draft.ts';
import type { TestCase } from '#trainer/test-cases.ts';
import { encodeModel, shippedModel } from '#trainer/trained-model.ts';
import { sampleTask } from '../../protocol/sample-task.ts';
import { basket, datasetOf } from '../dataset-fixture.ts';
import { randomTrained } from '../trained-fixture.ts';

const base = randomTrained(31);
const { numItems, numGroups } = base.config;
const RANK = 2;
const [NUM_DEVICES, DELTA, SEED] = [100, 1e-6, 4];

/** Three views that follow from `n`. */
const rowsOf = (n: number): number[] => [n, 5 * n + 3, 11 * n + 7].map((row) => row % numItems);
const caseOf = (n: number, targets: readonly number[]): TestCase => ({
  customer: `asked ${n}`,
  events: eventsOf(n),
  targets,
  hasHistory: false,
});
function eventsOf(n: number) {
  return rowsOf(n).map((row, t) => ({
    kind: 'view' as const,
    itemId: items[row]?.id as (typeof items)[number]['id'],
    atMs: 1_790_000_000_000 + n * 86_400_000 + t * 60_000,
  }));
}

const dataset = datasetOf(
  numItems,
  Array.from({ length: 60 }, (_, n) => basket(`customer ${n}`, [...new Set(rowsOf(3 * n))], n)),
);
const { items } = dataset;
const records = { dataset, selection: { before: dataset.baskets, cases: [] } };
const shop: SimulatedShop = {
  merchant: records,
  everything: records,
  devices: Array.from({ length: NUM_DEVICES + 20 }, (_, n) => eventsOf(n)),
  judging: [],
  cases: Array.from({ length: 40 }, (_, n) => caseOf(n, [(7 * n) % numItems])),
};

/** Of a sealed report with an update of this shop, as a device makes it. */
async function lengthOfReport(): Promise<number> {
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const vdaf = { type: 'UnverifiedVectorSum', length: numGroups * RANK } as const;
  const party = { origin: 'https://party.example', hpkeKeyId: 1, hpkePublicKey };
  const task = sampleTask('model-update', { vdaf, rank: RANK, leader: party, helper: party });
  const measurement = quantizeUpdate(new Float32Array(vdaf.length).fill(1e-3), task);
  const sharder = unverifiedVectorSumSharder(vdaf);
  const taskId = '3d'.repeat(32) as TaskId;
  return (await makeReport({ task, taskId, sharder, measurement, nowMs: task.opensAtMs })).length;
}

/** Customers who want what the base puts first, or last. */
let contented: SimulatedShop;
let disappointed: SimulatedShop;

beforeAll(async () => {
  const recommend = await deviceRecommender(shippedModel(base), items);
  const judgedBy = async (choose: (...scores: number[]) => number): Promise<TestCase[]> => {
    const numbers = Array.from({ length: 60 }, (_, n) => 200 + n);
    const answers = await Promise.all(numbers.map((n) => recommend(caseOf(n, []))));
    return answers.map((scores, i) => caseOf(numbers[i] as number, [scores.indexOf(choose(...scores))]));
  };
  contented = { ...shop, judging: await judgedBy(Math.max) };
  disappointed = { ...shop, judging: await judgedBy(Math.min) };
});

describe('a played round', () => {
  const threads = new SimulationThreads({ histories: shop.devices, items, questions: { test: [], judging: [] } }, 2);
  afterAll(() => threads.close());
  const factor = createFactors(shippedModel(base), { rank: RANK, seed: SEED })(0);
  const devices = [...shop.devices.keys()];
  const play = (noiseMultiplier: number, name: string) =>
    playRound(base, { threads, devices, onDevices() {}, name, factor, rank: RANK, noiseMultiplier });

  test('has the full noise of both parties, each its own', async () => {
    // False alarm: a chi-square statistic beyond 6 of its standard deviations, under 1e-8.
    const noiseMultiplier = 3;
    const names = Array.from({ length: 12 }, (_, round) => `round ${round}`);
    let squares = 0;
    for (const name of names) {
      const [noised, plain] = [await play(noiseMultiplier, name), await play(0, name)];
      expect(plain.sum.some((value) => value !== 0)).toBe(true);
      for (const [i, value] of noised.sum.entries()) squares += (value - (plain.sum[i] as number)) ** 2;
    }
    const freedom = names.length * numGroups * RANK;
    expect(Math.abs(squares / (2 * noiseMultiplier ** 2) / freedom - 1)).toBeLessThan(6 * Math.sqrt(2 / freedom));
  });

  test('adds up what devices send in units of the clip norm', async () => {
    const { sum, task } = await play(0, 'units');
    expect(task.scale * task.clipNorm).toBe(CLIP_NORM_UNITS);
    expect(Math.hypot(...sum)).toBeGreaterThan(1);
    expect(Math.hypot(...sum)).toBeLessThanOrEqual(devices.length);
  });
});

describe('a trial', () => {
  const threads = new SimulationThreads({ histories: shop.devices, items, questions: { test: [], judging: [] } }, 2);
  afterAll(() => threads.close());
  const devices = [...shop.devices.keys()];
  const other = { ...randomTrained(32), groups: base.groups };
  const trial = (noiseMultiplier: number, name = 'trial') =>
    playTrial({ current: base, candidate: other }, { threads, devices, onDevices() {}, name, noiseMultiplier });

  test('counts what devices find under both models', async () => {
    const rowOf = rowLookup(items);
    const sum = new Float64Array(SHADOW_VDAF.length);
    for (const events of shop.devices) {
      const [current, candidate] = [base, other].map((trained) => ({ model: shippedModel(trained), rowOf }));
      if (!current || !candidate) throw new Error('expected two models');
      const cell = await shadowCell(events, { current, candidate });
      sum[cell] = (sum[cell] as number) + 1;
    }
    const { verdict } = await trial(0);
    expect(verdict).toEqual(readShadow({ task: { vdaf: SHADOW_VDAF, noiseMultiplier: 0 }, sum }));
    expect(verdict.numCompared).toBe(shop.devices.length);
    expect(verdict.ndcgAfter).not.toBe(verdict.ndcgBefore);
  });

  test('has the full noise of both parties', async () => {
    // False alarm: a chi-square statistic beyond 5 of its standard deviations, under 1e-6; one party alone would be at 0.5.
    const names = Array.from({ length: 16 }, (_, i) => `trial ${i}`);
    const plain = (await trial(0)).sum;
    let squares = 0;
    for (const name of names) {
      const { sum } = await trial(3, name);
      for (const [cell, count] of sum.entries()) squares += (count - (plain[cell] as number)) ** 2;
    }
    const freedom = names.length * SHADOW_VDAF.length;
    expect(Math.abs(squares / (2 * 3 ** 2) / freedom - 1)).toBeLessThan(5 * Math.sqrt(2 / freedom));
  });

  test.each(['no-worse', 'undecided', 'worse'] as const)(
    'follows where held-out customers say: %s',
    async (verdict) => {
      const deciding = devices.slice(-100);
      const judgment = { numCases: 30, ndcgBefore: 0.3, ndcgAfter: 0.3, standardError: 0, verdict };
      const { trial, roundsPlayed, learned } = await learnFromDevices(base, {
        ...{ threads, devices, deciding, histories: shop.devices, rowOf: rowLookup(items), onDevices() {} },
        settings: { numRounds: 2, rank: RANK, noiseMultiplier: 0, seed: SEED },
        judge: async () => judgment,
      });
      expect(roundsPlayed).toBe(verdict === 'worse' ? 1 : 2);
      if (verdict !== 'undecided') {
        expect(trial).toBeUndefined();
        return;
      }
      const players = { threads, devices: deciding, onDevices() {}, name: 'the same', noiseMultiplier: 0 };
      expect(trial).toEqual((await playTrial({ current: learned, candidate: base }, players)).verdict);
    },
  );
});

describe('what was learned', () => {
  type Verdict = Parameters<typeof isKept>[0];
  const judged = (verdict: 'no-worse' | 'undecided' | 'worse', says?: 'no-worse' | 'worse'): Verdict => {
    const figures = { ndcgBefore: 0.3, ndcgAfter: 0.2, standardError: 0.01 };
    return {
      judgment: { ...figures, numCases: 30, verdict },
      trial: says && { ...figures, numCompared: 200, says },
    };
  };

  test.each<[Verdict, boolean]>([
    [judged('no-worse'), true],
    [judged('undecided', 'worse'), true], // of going back
    [judged('undecided', 'no-worse'), false],
    [judged('undecided'), false],
    [judged('worse'), false],
    [judged('worse', 'worse'), false],
    [{ judgment: undefined, trial: undefined }, false],
  ])('after %j is kept: %s', (verdict, kept) => {
    expect(isKept(verdict)).toBe(kept);
  });
});

describe('who decides', () => {
  test.each([
    [1000, 200, 200],
    [1000, 700, 300],
    [1000, 950, 0],
  ])('of %d devices, where %d learn, are %d others', (total, count, numDeciding) => {
    const { devices, deciding } = chooseDevices(total, count);
    expect([devices.length, deciding.length]).toEqual([count, numDeciding]);
    expect(new Set([...devices, ...deciding]).size).toBe(count + numDeciding);
    expect(Math.max(...devices, ...deciding)).toBeLessThan(total);
  });
});

describe('a simulation', () => {
  const settings = { numRounds: 3, rank: RANK, delta: DELTA, seed: SEED };
  const run = async (of: SimulatedShop, plan: { numDevices: number; epsilon?: number }, options = settings) => {
    const simulation = new Simulation(of, base, options);
    try {
      return { figures: await simulation.run(plan, () => {}), base: await simulation.measure(base) };
    } finally {
      await simulation.close();
    }
  };

  test('measures a model as an evaluation does, what nobody knows a miss', async () => {
    const cases = [...shop.cases, caseOf(60, []), caseOf(61, [3, 9])];
    const expected = async (trained: typeof base) => {
      const recommend = await deviceRecommender(shippedModel(trained), items);
      const { recallAt20, mrrAt20 } = meanMetrics(await measureRanking(recommend, cases, seededRandom(SEED)));
      return { recallAt20: expect.closeTo(recallAt20, 6), mrrAt20: expect.closeTo(mrrAt20, 6) };
    };
    const alone = { ...base, config: { ...base.config, blend: [SEQUENCE_ALONE] } };
    const simulation = new Simulation({ ...shop, cases }, base, settings);
    try {
      const figures = await simulation.measure(base);
      expect(figures).toEqual({ shipped: await expected(base), sequence: await expected(alone) });
      expect(figures.shipped.mrrAt20).not.toBeCloseTo(figures.sequence.mrrAt20, 3);
      expect(figures.shipped.recallAt20).toBeLessThan(1);
    } finally {
      await simulation.close();
    }
  });

  test('spends its epsilon over all rounds and a trial together', async () => {
    const { figures } = await run(contented, { numDevices: NUM_DEVICES, epsilon: 3 });
    expect(figures.noiseMultiplier).toBe(noiseMultiplierFor({ epsilon: 3, releases: 4, delta: DELTA }));
  });

  test('gives shoppers the base where held-out customers refuse what was learned', async () => {
    const { figures, base: before } = await run(contented, { numDevices: NUM_DEVICES, epsilon: 0.2 });
    expect(figures).toMatchObject({ judgment: { verdict: 'worse' }, isPromoted: false });
    expect(figures.roundsPlayed).toBeLessThanOrEqual(3);
    expect(figures.served).toEqual(before);
    expect(figures.learned).not.toEqual(before);
  });

  test('gives them what was learned where they take it', async () => {
    const { figures } = await run(disappointed, { numDevices: NUM_DEVICES });
    expect(figures).toMatchObject({ noiseMultiplier: 0, roundsPlayed: 3, isPromoted: true });
    expect(figures.served).toEqual(figures.learned);
  });

  test('tells what a device sends and fetches in its rounds', async () => {
    const { figures } = await run(disappointed, { numDevices: NUM_DEVICES });
    expect(figures.bytesUp).toBe(3 * (await lengthOfReport()));
    // The learned model's item vectors take about as many bytes as the base's.
    const ofItems = encodeModel(base).flatMap(({ kind, bytes }) => (kind === 'items' ? [new Uint8Array(bytes)] : []));
    const itemBytes = ofItems.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
    expect(Math.abs(figures.bytesDown / (3 * itemBytes) - 1)).toBeLessThan(0.1);
    expect(figures.cpuSeconds).toBeGreaterThan(0);
  });

  test('is the same every time', async () => {
    const plan = { numDevices: NUM_DEVICES, epsilon: 3 };
    const [first, second] = [await run(contented, plan), await run(contented, plan)];
    const { wallSeconds: _, cpuSeconds: __, ...figures } = first.figures;
    expect(second.figures).toMatchObject(figures);
  });

  test.each([
    [
      'fewer devices than a batch',
      settings,
      { numDevices: 99 },
      'expected --devices to be in 100…120, came 99; correct it',
    ],
    [
      'more devices than there are',
      settings,
      { numDevices: 121 },
      'expected --devices to be in 100…120, came 121; correct it',
    ],
    ['too high a rank', { ...settings, rank: 17 }, { numDevices: 100 }, 'expected --rank to be at most 16 for'],
    [
      'noise that no sum could carry',
      settings,
      { numDevices: 100, epsilon: 0.001 },
      'expected --epsilon to leave a sum below 2^31, came 0.001',
    ],
  ])('refuses %s', async (_, options, plan, message) => {
    await expect(run(shop, plan, options)).rejects.toThrow(message);
  });
});
