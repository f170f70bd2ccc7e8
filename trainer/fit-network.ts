import * as tf from '@tensorflow/tfjs-core';
import { CONFIG } from './config.ts';
import { fullSoftmaxLoss, sampledSoftmaxLoss } from './loss.ts';
import type { NegativeSampler } from './negative-sampler.ts';
import type { Network } from './network.ts';
import type { Random } from './seeded-random.ts';
import { disposeBatch, makeBatch, type TrainingBatch, type Window } from './sequences.ts';

/** Training stopped because the loss is not a number any more. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
}

export interface FitOptions {
  /** Training ends at the first step past this. */
  readonly maxMs: number;
  readonly random: Random;
  readonly sampler: NegativeSampler;
  /** Higher is better; asked after every pass. */
  readonly validate: () => Promise<number>;
  readonly onStep: (shareOfTime: number) => void;
  readonly onEpoch: (epoch: { readonly epoch: number; readonly loss: number; readonly validation: number }) => void;
}

/**
 * Trains the network by Adam until time is up, the passes are done or validation has not improved for
 * `CONFIG.patience` passes; the weights best on validation are left in it.
 *
 * @param windows At least one.
 * @returns Steps taken.
 * @throws {DivergedError} If the loss is not finite; states the configuration.
 */
export async function fitNetwork(network: Network, windows: readonly Window[], options: FitOptions): Promise<number> {
  const { maxMs, random, validate } = options;
  const optimizer = tf.train.adam(CONFIG.learningRate);
  const startedMs = performance.now();
  const shareOfTime = (): number => (performance.now() - startedMs) / maxMs;
  let best: { readonly validation: number; readonly weights: tf.Tensor[] } | undefined;
  let numSteps = 0;
  let passesSinceBest = 0;
  try {
    for (let epoch = 1; epoch <= CONFIG.maxEpochs && passesSinceBest < CONFIG.patience && shareOfTime() < 1; epoch++) {
      const order = shuffled(windows, random);
      let lossSum = 0;
      let numBatches = 0;
      for (let start = 0; start < order.length && shareOfTime() < 1; start += CONFIG.batchSize) {
        lossSum += await takeStep(network, order.slice(start, start + CONFIG.batchSize), { optimizer, ...options });
        numBatches++;
        options.onStep(Math.min(1, shareOfTime()));
        await yieldToEventLoop();
      }
      numSteps += numBatches;
      const loss = lossSum / numBatches;
      if (!Number.isFinite(loss)) throw diverged(loss, epoch);
      const validation = await validate();
      options.onEpoch({ epoch, loss, validation });
      passesSinceBest++;
      if (best === undefined || validation > best.validation) {
        tf.dispose(best?.weights ?? []);
        best = { validation, weights: network.trainable.map((variable) => tf.clone(variable)) };
        passesSinceBest = 0;
      }
    }
    network.trainable.forEach((variable, i) => {
      const weights = best?.weights[i];
      if (weights) variable.assign(weights);
    });
  } finally {
    tf.dispose(best?.weights ?? []);
    optimizer.dispose();
  }
  return numSteps;
}

/** @returns The batch's loss before the step. */
async function takeStep(
  network: Network,
  windows: readonly Window[],
  {
    optimizer,
    random,
    sampler,
  }: { readonly optimizer: tf.Optimizer; readonly random: Random; readonly sampler: NegativeSampler },
): Promise<number> {
  const { numItems, maxEvents } = network.shape;
  const batch = makeBatch(windows, { maxEvents, viewShare: CONFIG.viewShare, random });
  const keepDelta = tf.tensor2d(
    Float32Array.from({ length: numItems }, () => (random() < CONFIG.deltaDropout ? 0 : 1)),
    [numItems, 1],
  );
  const lossOf = (): tf.Scalar => {
    const vectors = network.itemVectors(keepDelta);
    const sessions = network.encode(batch, vectors);
    const loss = chooseLoss(sessions, vectors, batch, { random, sampler });
    return tf.add(loss, tf.mul(tf.sum(tf.square(network.deltas)), CONFIG.deltaDecay));
  };
  const cost = optimizer.minimize(lossOf, true, network.trainable) as tf.Scalar;
  const [loss] = await cost.data();
  tf.dispose([cost, keepDelta]);
  disposeBatch(batch);
  return loss as number;
}

function chooseLoss(
  sessions: tf.Tensor3D,
  vectors: tf.Tensor2D,
  batch: TrainingBatch,
  { random, sampler }: { readonly random: Random; readonly sampler: NegativeSampler },
): tf.Scalar {
  if (vectors.shape[0] <= CONFIG.numNegatives) return fullSoftmaxLoss(sessions, vectors, batch);
  const negatives = sampler.draw(CONFIG.numNegatives, random);
  return sampledSoftmaxLoss(sessions, vectors, batch, { negatives, sampler });
}

/** Fisher–Yates. */
function shuffled<T>(values: readonly T[], random: Random): T[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}

/** Lets Ctrl-C and the progress bar through between steps. */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function diverged(loss: number, epoch: number): DivergedError {
  return new DivergedError(
    `expected a finite loss, got ${loss} in pass ${epoch}; training stopped with ${JSON.stringify(CONFIG)}`,
  );
}
