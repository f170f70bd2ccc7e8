import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { type Checkpoint, type FitOptions, fitNetwork } from '#trainer/fit-network.ts';
import { figuresOf, fitOptions, weightsOf, windowsOf, withNetwork } from './fit-fixture.ts';

beforeAll(async () => {
  await startBackend();
});

describe('a schedule', () => {
  test('is found where validation stops rising, goes back to the best pass and cools from there', async () => {
    await withNetwork({}, async (network) => {
      const passes: { epoch: number; validation: number | undefined; weights: Promise<Float32Array[]> }[] = [];
      const figures = [0.31, 0.42, 0.52, 0.52, 0.4, 0.7];
      const { schedule, numSteps, stepSeconds } = await fitNetwork(
        network,
        windowsOf(3),
        fitOptions(figuresOf(...figures), {
          onEpoch: ({ epoch, loss, validation }) => {
            expect(loss).toBeGreaterThan(0.5);
            passes.push({ epoch, validation, weights: weightsOf(network) });
          },
        }),
      );
      // Best was the third pass; two more were not better. 0.4 of three passes is 1.2, of three steps each: 4 steps.
      expect(schedule).toEqual({ steadyPasses: 3, coolingPasses: expect.closeTo(4 / 3, 9) });
      expect(numSteps).toBe(5 * 3 + 4);
      expect(stepSeconds).toBeGreaterThan(0);
      expect(passes.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 6 + 1 / 3].map((n) => expect.closeTo(n, 9)));
      // While it cools nothing is decided, so only the end is judged.
      expect(passes.map(({ validation }) => validation)).toEqual(figures.toSpliced(-1, 0, undefined as never));
      expect(await weightsOf(network)).toEqual(await (passes.at(-1)?.weights as Promise<Float32Array[]>));
    });
  });

  test.each([
    ['on the same windows', 3, 3 * 3 + 4],
    ['on more windows, in more steps', 5, 3 * 5 + 7],
  ])('repeated %s is as many passes', async (_, stepsPerPass, expected) => {
    await withNetwork({}, async (network) => {
      const schedule = { steadyPasses: 3, coolingPasses: 4 / 3 };
      const validations: unknown[] = [];
      const result = await fitNetwork(
        network,
        windowsOf(stepsPerPass),
        fitOptions(schedule, { onEpoch: ({ validation }) => validations.push(validation) }),
      );
      expect(result.numSteps).toBe(expected);
      expect(result.schedule.steadyPasses).toBeCloseTo(3, 9);
      expect(result.schedule.coolingPasses).toBeCloseTo((expected - 3 * stepsPerPass) / stepsPerPass, 9);
      expect(new Set(validations)).toEqual(new Set([undefined]));
    });
  });

  test.each([
    [0.4, 0.1, 1 + 1],
    [1.2, 0.7, 4 + 2],
    [2.5, 1.5, 8 + 5],
    [0, 0.34, 0 + 1],
    [0, 0, 0 + 1],
  ])(
    'of %d steady passes and %d cooling ones rounds each to steps, one of cooling at least',
    async (steadyPasses, coolingPasses, expected) => {
      await withNetwork({}, async (network) => {
        const { numSteps } = await fitNetwork(network, windowsOf(3), fitOptions({ steadyPasses, coolingPasses }));
        expect(numSteps).toBe(expected);
      });
    },
  );
});

describe('an interrupted training', () => {
  test.each<[string, () => FitOptions['plan'], number]>([
    ['repeating a schedule', () => ({ steadyPasses: 3, coolingPasses: 1.3 }), 1],
    ['looking for one, past the best pass,', () => figuresOf(0.2, 0.4, 0.3, 0.1, 0.6), 3],
  ])('%s goes on from a checkpoint to the same weights, bit for bit', async (_, plan, numDone) => {
    const kept: Checkpoint[] = [];
    const expected: { weights?: Float32Array[]; schedule?: unknown; numSteps?: number } = {};
    await withNetwork({}, async (network) => {
      const keep = async (checkpoint: Checkpoint) => void kept.push(structuredClone(checkpoint));
      const result = await fitNetwork(network, windowsOf(2), fitOptions(plan()), { resume: undefined, keep });
      Object.assign(expected, result, { weights: await weightsOf(network) });
    });
    const resume = kept[numDone - 1] as Checkpoint;
    expect(resume.numPasses).toBe(numDone);
    await withNetwork({}, async (network) => {
      const own = plan();
      // The passes before the checkpoint were validated before it.
      if ('validate' in own) for (let pass = 0; pass < numDone; pass++) await own.validate();
      const later: number[] = [];
      const result = await fitNetwork(network, windowsOf(2), fitOptions(own), {
        resume,
        keep: async ({ numPasses }) => void later.push(numPasses),
      });
      expect(later).toEqual(kept.slice(numDone).map(({ numPasses }) => numPasses));
      expect(result.schedule).toEqual(expected.schedule);
      expect(result.numSteps).toBe(expected.numSteps);
      expect(await weightsOf(network)).toEqual(expected.weights);
    });
  });

  test('counts the time before the checkpoint', async () => {
    const kept: Checkpoint[] = [];
    const keep = async (checkpoint: Checkpoint) => void kept.push(checkpoint);
    await withNetwork({}, async (network) => {
      await fitNetwork(network, windowsOf(1), fitOptions({ steadyPasses: 2, coolingPasses: 1 }), {
        resume: undefined,
        keep,
      });
    });
    const resume = { ...(kept[0] as Checkpoint), elapsedMs: 4_000_000 };
    await withNetwork({}, async (network) => {
      const { schedule } = await fitNetwork(network, windowsOf(1), fitOptions({ steadyPasses: 40, coolingPasses: 9 }), {
        resume,
        keep,
      });
      expect(schedule.steadyPasses).toBe(1);
      expect(schedule.coolingPasses).toBe(1);
    });
  });
});
