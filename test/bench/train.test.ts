import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '#trainer/backend.ts';
import { paddedLength, type Window } from '#trainer/sequences.ts';
import { OurTrainer } from '../../bench/train/our-trainer.ts';
import { startPyTorch } from '../../bench/train/pytorch.ts';
import { DIGINETICA, drawTrainingJob, type JobSizes, meanTargets } from '../../bench/train/training-job.ts';

const TINY: JobSizes = {
  shape: { numItems: 90, dim: 16, numHeads: 2, hiddenDim: 24, maxEvents: 8, textDim: 0 },
  numNegatives: 20,
  batchPositions: 64,
  numRounds: 3,
  stepsPerRound: 2,
};

describe('the drawn log', () => {
  const job = drawTrainingJob(DIGINETICA);

  test('has about 4,000 targets a step', () => {
    expect(meanTargets(job)).toBeGreaterThan(3800);
    expect(meanTargets(job)).toBeLessThan(4200);
  });

  test('has full batches of sessions of about one length, all of items that there are', () => {
    expect(job.rounds.map((batches) => batches.length)).toEqual(new Array(5).fill(3));
    for (const batch of job.rounds.flat()) {
      const [length] = new Set(batch.map(paddedLength)) as unknown as [number];
      expect(batch.every((window) => paddedLength(window) === length)).toBe(true);
      expect(batch.length).toBe(Math.floor(DIGINETICA.batchPositions / length));
      const rows = batch.flatMap((window) => window.rows);
      expect(rows.every((row) => Number.isInteger(row) && row >= 0 && row < DIGINETICA.shape.numItems)).toBe(true);
    }
  });

  test('counts items as often as it draws them', () => {
    const { numItems } = DIGINETICA.shape;
    const rows = job.rounds.flat(2).flatMap((window) => window.rows);
    const total = job.counts.reduce((sum, count) => sum + count, 0);
    expect(total / numItems).toBeCloseTo(21, 6);
    const popular = Math.floor(numItems / 16);
    const expected = job.counts.slice(0, popular).reduce((sum, count) => sum + count, 0) / total;
    expect(rows.filter((row) => row < popular).length / rows.length).toBeCloseTo(expected, 1);
  });
});

describe('our side', () => {
  beforeAll(async () => {
    await startBackend();
  });

  test.each([
    ['with neighbors mixed in', true],
    ['without', false],
  ])('trains, %s, and leaves no tensor behind', async (_, isMixing) => {
    const job = drawTrainingJob(TINY);
    const { numItems } = TINY.shape;
    const noEdges = { offsets: new Uint32Array(numItems + 1), columns: new Uint32Array(), weights: new Float32Array() };
    const { numTensors } = tf.memory();
    const trainer = new OurTrainer(job, isMixing ? job.graph : noEdges);
    const batch = job.rounds[0]?.[0] as readonly Window[];
    const first = await trainer.takeStep(batch);
    let last = first;
    for (let step = 0; step < 60; step++) last = await trainer.takeStep(batch);
    expect(last.loss).toBeLessThan(0.8 * first.loss);
    expect(Math.min(first.batchMs, first.stepMs)).toBeGreaterThan(0);
    trainer.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe('PyTorch', () => {
  const job = drawTrainingJob(TINY);

  test('is missing where its interpreter is', async () => {
    const python = 'a-python-that-is-not-there';
    expect(await startPyTorch(job, { python, minSeconds: 0.01 })).toEqual({
      kind: 'missing',
      reason: `${python} does not start: spawn ${python} ENOENT`,
    });
  });

  test('trains on the same job, a round at a time', { timeout: 60_000 }, async (context) => {
    const pytorch = await startPyTorch(job, { python: process.env.PYTHON ?? 'python3', minSeconds: 0.2 });
    if (pytorch.kind === 'missing') return context.skip(pytorch.reason);
    const first = await pytorch.takeRound(1);
    expect(first.threads).toBeGreaterThan(0);
    let last = first;
    for (let round = 0; round < 4; round++) last = await pytorch.takeRound(1);
    expect(last.loss).toBeLessThan(first.loss);
    await pytorch.stop();
  });

  test('says what it said where it fails', async () => {
    const broken = { ...job, shape: { ...job.shape, numHeads: 3 } };
    const started = startPyTorch(broken, { python: process.env.PYTHON ?? 'python3', minSeconds: 0.01 });
    const settled = await started.catch((error: Error) => error.message);
    if (typeof settled !== 'string') return expect(settled).toMatchObject({ kind: 'missing' });
    expect(settled).toContain('RuntimeError');
  });
});
