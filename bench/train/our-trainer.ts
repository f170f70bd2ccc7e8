import { CONFIG } from '#trainer/config.ts';
import type { ItemGraph } from '#trainer/item-graph.ts';
import { createNegativeSampler, type NegativeSampler } from '#trainer/negative-sampler.ts';
import { Network } from '#trainer/network.ts';
import { Optimizer } from '#trainer/optimizer.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { paddedLength, type Window } from '#trainer/sequences.ts';
import { disposeBatch, makeBatch } from '#trainer/training-batch.ts';
import type { TrainingJob } from './training-job.ts';

/** What a step took. */
export interface TimedStep {
  /** Laying out the sequences, drawing negatives, looking up neighbors. */
  readonly batchMs: number;
  /** Forward and backward pass, and Adam. */
  readonly stepMs: number;
  /** Before the step. */
  readonly loss: number;
}

/** The trainer's own network and optimizer, taking steps as training does. */
export class OurTrainer {
  readonly #job: TrainingJob;
  readonly #network: Network;
  readonly #optimizer: Optimizer;
  readonly #sampler: NegativeSampler;
  readonly #random = seededRandom(61);

  /** @param graph What is mixed into each item. */
  constructor(job: TrainingJob, graph: ItemGraph) {
    const { numItems, textDim, dim } = job.shape;
    this.#job = job;
    this.#network = new Network(job.shape, {
      textFeatures: new Float32Array(numItems * textDim),
      mayHaveDelta: new Array<boolean>(numItems).fill(true),
      graph,
      firstVectors: new Float32Array(numItems * dim),
      random: this.#random,
    });
    this.#optimizer = new Optimizer(this.#network);
    this.#sampler = createNegativeSampler(job.counts, CONFIG.negativePower);
  }

  /** One step, whole: what the loss is read for, training reads it for too. */
  async takeStep(windows: readonly Window[]): Promise<TimedStep> {
    const startedMs = performance.now();
    const batch = makeBatch(windows, {
      numEvents: Math.max(...windows.map(paddedLength)),
      viewShare: 1,
      recency: 1,
      numItems: this.#job.shape.numItems,
      graph: this.#network.graph,
      numNegatives: this.#job.numNegatives,
      sampler: this.#sampler,
      random: this.#random,
    });
    const batchMs = performance.now() - startedMs;
    const { learningRate, dropout } = CONFIG;
    const loss = await this.#optimizer.takeStep(batch, { learningRate, dropout, random: this.#random });
    disposeBatch(batch);
    return { batchMs, stepMs: performance.now() - startedMs - batchMs, loss };
  }

  dispose(): void {
    this.#optimizer.dispose();
    this.#network.dispose();
  }
}
