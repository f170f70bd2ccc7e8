import { CONFIG } from './config.ts';
import type { NegativeSampler } from './negative-sampler.ts';
import type { Network } from './network.ts';
import { Optimizer, type OptimizerState } from './optimizer.ts';
import { type Random, seededRandom } from './seeded-random.ts';
import { batchesOf, paddedLength, type Window } from './sequences.ts';
import { disposeBatch, makeBatch } from './training-batch.ts';

/** Training stopped because the loss is not a number any more. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
}

/** How long a training was, in passes over its windows: what a second one on more data repeats. */
export interface Schedule {
  /** At the full learning rate. */
  readonly steadyPasses: number;
  /** While it falls to 0. */
  readonly coolingPasses: number;
}

/** Where a training stands after a steady pass, and all that is needed to go on from there. */
export interface Checkpoint {
  readonly numPasses: number;
  readonly elapsedMs: number;
  readonly stepMs: number;
  readonly numSteps: number;
  readonly state: OptimizerState;
  /** What the cooling starts from, and how good it was. */
  readonly best: { readonly numPasses: number; readonly validation: number; readonly state: OptimizerState };
}

export interface EpochProgress {
  readonly epoch: number;
  readonly loss: number;
  /** Absent where a schedule is repeated. */
  readonly validation?: number;
}

export interface FitOptions {
  /** Training ends about here, the learning rate having fallen to 0. */
  readonly maxMs: number;
  readonly seed: number;
  readonly sampler: NegativeSampler;
  /** Share of values left out of the encoder's input, and of what its two layers add. */
  readonly dropout: number;
  /** Share of windows told as views instead of purchases. */
  readonly viewShare: number;
  /** How much more the latest windows count: see {@link makeBatch}. */
  readonly recency: number;
  /** A schedule to repeat; or what to ask after every pass, higher being better, to find one. */
  readonly plan: Schedule | { readonly validate: () => Promise<number> };
  readonly onStep: (shareOfTime: number) => void;
  readonly onEpoch: (progress: EpochProgress) => void;
}

export interface FitResult {
  readonly schedule: Schedule;
  readonly numSteps: number;
  /** Time in steps alone, validation left out. */
  readonly stepSeconds: number;
}

/**
 * Trains the network by Adam: a short warm-up, passes at a steady learning rate, then passes in which it
 * falls to 0 (warm-up, steady, decay: Hu et al. 2024).
 *
 * Asked to find a schedule, the steady part ends when validation has not improved for `CONFIG.patience`
 * passes, and goes back to the best one; it ends early where the time left is needed for the cooling.
 *
 * @param windows At least one.
 * @param checkpoints Where to go on from, and what to do with each new one.
 * @throws {DivergedError} If a loss is not finite; states the configuration.
 */
export async function fitNetwork(
  network: Network,
  windows: readonly Window[],
  options: FitOptions,
  { resume, keep }: Checkpoints = { resume: undefined, keep: async () => {} },
): Promise<FitResult> {
  const run = new Run(network, windows, options);
  try {
    if (resume) run.resume(resume);
    await run.steady(keep);
    return await run.cool();
  } finally {
    run.dispose();
  }
}

export interface Checkpoints {
  readonly resume: Checkpoint | undefined;
  readonly keep: (checkpoint: Checkpoint) => Promise<void>;
}

/** The cooling's length as a share of the steady passes, and its share of the time where that is short. */
const COOLING_PASSES = 0.4;
const COOLING_TIME = 0.3;
/** Steps over which the learning rate rises at the start. */
const WARM_UP_STEPS = 50;
/** Steps after which the speed is known well enough to plan with. */
const SPEED_STEPS = 20;

/** One training under way. */
class Run {
  readonly #network: Network;
  readonly #optimizer: Optimizer;
  readonly #windows: readonly Window[];
  readonly #options: FitOptions;
  readonly #stepsPerPass: number;
  #startedMs = performance.now();
  #numPasses = 0;
  #numSteps = 0;
  #stepMs = 0;
  #best: Checkpoint['best'] | undefined;

  constructor(network: Network, windows: readonly Window[], options: FitOptions) {
    this.#network = network;
    this.#optimizer = new Optimizer(network);
    this.#windows = windows;
    this.#options = options;
    this.#stepsPerPass = batchesOf(windows, CONFIG.batchPositions).length;
  }

  resume({ elapsedMs, numPasses, numSteps, stepMs, state, best }: Checkpoint): void {
    this.#startedMs = performance.now() - elapsedMs;
    [this.#numPasses, this.#numSteps, this.#stepMs, this.#best] = [numPasses, numSteps, stepMs, best];
    this.#optimizer.restore(state);
  }

  /** Passes at the full rate until validation stops rising, or as many as the plan says. */
  async steady(keep: (checkpoint: Checkpoint) => Promise<void>): Promise<void> {
    const { plan } = this.#options;
    const end = 'validate' in plan ? CONFIG.maxEpochs : plan.steadyPasses;
    while (!this.#steadyIsOver(end)) {
      const length = Math.min(1, end * this.#scale() - this.#numPasses);
      const loss = await this.#pass(length, { rateAt: () => 1, until: 1 - COOLING_TIME });
      const validation = 'validate' in plan ? await plan.validate() : undefined;
      this.#options.onEpoch({ epoch: this.#numPasses, loss, ...(validation !== undefined && { validation }) });
      const state = await this.#optimizer.read();
      if (validation === undefined || validation > (this.#best?.validation ?? Number.NEGATIVE_INFINITY)) {
        this.#best = { numPasses: this.#numPasses, validation: validation ?? 0, state };
      }
      const [numPasses, numSteps, stepMs] = [this.#numPasses, this.#numSteps, this.#stepMs];
      const elapsedMs = performance.now() - this.#startedMs;
      await keep({ numPasses, numSteps, stepMs, elapsedMs, state, best: this.#best as Checkpoint['best'] });
    }
  }

  /** From the best state on, with a falling rate. */
  async cool(): Promise<FitResult> {
    const { plan, maxMs } = this.#options;
    if (this.#best) this.#optimizer.restore(this.#best.state);
    const steadyPasses = this.#best?.numPasses ?? 0;
    const wanted = 'validate' in plan ? COOLING_PASSES * steadyPasses : plan.coolingPasses * this.#scale();
    const msPerStep = this.#stepMs / Math.max(1, this.#numSteps);
    const stepsInTime = Math.max(1, (maxMs * (1 - this.#shareOfTime())) / Math.max(msPerStep, 1e-3));
    const numSteps = Math.max(1, Math.round(Math.min(wanted * this.#stepsPerPass, stepsInTime)));
    const coolingPasses = numSteps / this.#stepsPerPass;
    for (let done = 0; done < numSteps; ) {
      const before = done;
      const length = Math.min(1, (numSteps - done) / this.#stepsPerPass);
      const rateAt = (step: number): number => 1 - (before + step) / numSteps;
      const loss = await this.#pass(length, { rateAt, until: Number.POSITIVE_INFINITY });
      done += Math.max(1, Math.round(length * this.#stepsPerPass));
      const validation = 'validate' in plan && done >= numSteps ? await plan.validate() : undefined;
      this.#options.onEpoch({ epoch: this.#numPasses, loss, ...(validation !== undefined && { validation }) });
    }
    return {
      schedule: { steadyPasses, coolingPasses },
      numSteps: this.#numSteps,
      stepSeconds: this.#stepMs / 1000,
    };
  }

  /**
   * One pass, or the first part of one.
   *
   * @param length 0…1. @param rateAt The factor of the learning rate at a step of this pass.
   * @param until The share of the time at which it breaks off.
   * @returns The mean loss.
   */
  async #pass(
    length: number,
    { rateAt, until }: { readonly rateAt: (step: number) => number; readonly until: number },
  ): Promise<number> {
    const { seed, onStep } = this.#options;
    const random = seededRandom(Math.imul(seed + 1, 0x9e3779b1) + Math.ceil(this.#numPasses));
    const batches = shuffled(batchesOf(shuffled(this.#windows, random), CONFIG.batchPositions), random);
    const numSteps = Math.max(1, Math.round(length * batches.length));
    let lossSum = 0;
    let step = 0;
    while (step < numSteps && this.#shareOfTime() < until) {
      const startedMs = performance.now();
      const warmUp = Math.min(1, (this.#numSteps + 1) / WARM_UP_STEPS);
      const loss = await this.#step(batches[step] as Window[], CONFIG.learningRate * warmUp * rateAt(step), random);
      if (!Number.isFinite(loss)) throw diverged(loss, this.#numSteps, this.#options);
      lossSum += loss;
      step++;
      this.#numSteps++;
      this.#stepMs += performance.now() - startedMs;
      onStep(Math.min(1, this.#shareOfTime()));
      await yieldToEventLoop();
    }
    this.#numPasses += step / batches.length;
    return lossSum / Math.max(1, step);
  }

  async #step(windows: readonly Window[], learningRate: number, random: Random): Promise<number> {
    const { sampler, viewShare, recency, dropout } = this.#options;
    const { graph, shape } = this.#network;
    const { numItems, maxEvents } = shape;
    const numEvents = Math.min(maxEvents, Math.max(...windows.map(paddedLength)));
    const { numNegatives } = CONFIG;
    const batch = makeBatch(windows, {
      numEvents,
      viewShare,
      recency,
      numItems,
      graph,
      numNegatives,
      sampler,
      random,
    });
    try {
      return await this.#optimizer.takeStep(batch, { learningRate, dropout, random });
    } finally {
      disposeBatch(batch);
    }
  }

  #steadyIsOver(endPasses: number): boolean {
    if (this.#shareOfTime() >= 1 - COOLING_TIME) return true;
    const sinceBest = this.#numPasses - (this.#best?.numPasses ?? this.#numPasses);
    const halfAStep = 0.5 / this.#stepsPerPass; // what is left then would be rounded to none
    return this.#numPasses > endPasses * this.#scale() - halfAStep || sinceBest >= CONFIG.patience;
  }

  /** By how much a given plan has to be shortened to fit into the time. */
  #scale(): number {
    const { plan, maxMs } = this.#options;
    if ('validate' in plan || this.#numSteps < SPEED_STEPS) return 1;
    const numSteps = (plan.steadyPasses + plan.coolingPasses) * this.#stepsPerPass;
    return Math.min(1, maxMs / ((this.#stepMs / this.#numSteps) * numSteps));
  }

  #shareOfTime(): number {
    return (performance.now() - this.#startedMs) / this.#options.maxMs;
  }

  dispose(): void {
    this.#optimizer.dispose();
  }
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

function diverged(loss: number, step: number, { dropout, seed }: FitOptions): DivergedError {
  const configuration = JSON.stringify({ ...CONFIG, dropout, seed });
  return new DivergedError(
    `expected a finite loss, got ${loss} in step ${step + 1}; training stopped with ${configuration}; the checkpoint before it stays, and another --seed starts anew`,
  );
}
