import { availableParallelism, loadavg } from 'node:os';
import { startBackend } from '#trainer/backend.ts';
import type { ItemGraph } from '#trainer/item-graph.ts';
import { paddedLength } from '#trainer/sequences.ts';
import type { Row } from '../table.ts';
import { OurTrainer, type TimedStep } from './our-trainer.ts';
import { type PyTorchRound, startPyTorch } from './pytorch.ts';
import { DIGINETICA, drawTrainingJob, type JobSizes, meanTargets, type TrainingJob } from './training-job.ts';

export interface TrainingComparison {
  readonly table: Row[];
  /** What the figures were taken with. */
  readonly notes: readonly string[];
}

/** Least length of a round: a GPU goes through its batches many times. */
const MIN_ROUND_SECONDS = 1;

/**
 * Training steps a second: ours beside a plain PyTorch SASRec of the same size, on the same sequences, with
 * as many negatives and with Adam, in turns, so that other work on the machine slows both.
 *
 * Inside a step of ours: laying out the batch, drawing negatives, both passes, Adam on the rows the batch
 * needs, reading the loss. Inside PyTorch's: drawing negatives, both passes, Adam on the whole table; its
 * batches lie on the device before. It has no neighbors to mix in, so that the row without is its peer.
 */
export async function compareTraining(sizes: JobSizes = DIGINETICA): Promise<TrainingComparison> {
  const backend = await startBackend();
  const job = drawTrainingJob(sizes);
  const plain = new OurTrainer(job, noEdges(sizes.shape.numItems));
  const mixing = new OurTrainer(job, job.graph);
  const python = process.env.PYTHON ?? 'python3';
  const pytorch = await startPyTorch(job, { python, minSeconds: MIN_ROUND_SECONDS });

  await warmUp(plain, job);
  await warmUp(mixing, job);
  const rounds: { readonly plain: Round; readonly mixing: Round; readonly pytorch: PyTorchRound | undefined }[] = [];
  for (let index = 0; index < job.numRounds; index++) {
    rounds.push({
      plain: await takeRound(plain, job, index),
      pytorch: pytorch.kind === 'running' ? await pytorch.takeRound(index) : undefined,
      mixing: await takeRound(mixing, job, index),
    });
  }
  if (pytorch.kind === 'running') await pytorch.stop();
  plain.dispose();
  mixing.dispose();

  const theirs = rounds.map((round) => round.pytorch).filter((round) => round !== undefined);
  const theirSpeed = theirs.length === 0 ? undefined : median(theirs.map(({ stepsPerSecond }) => stepsPerSecond));
  const plainRounds = rounds.map((round) => round.plain);
  const mixingRounds = rounds.map((round) => round.mixing);
  return {
    table: [
      ['', 'steps a second', 'batch', 'step', 'PyTorch ÷ this'],
      ['ours, no neighbors', ...figuresOf(plainRounds, theirSpeed)],
      ['ours, neighbors mixed in', ...figuresOf(mixingRounds, theirSpeed)],
      ...(theirSpeed === undefined
        ? []
        : [['PyTorch SASRec', theirSpeed.toFixed(2), '–', inMs(1000 / theirSpeed), '1 ×']]),
    ],
    notes: [
      describeJob(job),
      `ours: ${backend.description}`,
      pytorch.kind === 'missing' ? notCompared(pytorch.reason) : describePyTorch(theirs[0] as PyTorchRound),
      `load average at the end: ${(loadavg()[0] as number).toFixed(1)}`,
    ],
  };
}

interface Round {
  readonly stepsPerSecond: number;
  readonly steps: readonly TimedStep[];
}

/** A step of each shape. */
async function warmUp(trainer: OurTrainer, { rounds }: TrainingJob): Promise<void> {
  const batches = rounds.flat();
  const byLength = new Map(batches.map((batch) => [Math.max(...batch.map(paddedLength)), batch]));
  for (const batch of byLength.values()) await trainer.takeStep(batch);
}

/** Goes through a round's batches, again until the time is over: as `time_round` in sasrec.py. */
async function takeRound(trainer: OurTrainer, { rounds }: TrainingJob, index: number): Promise<Round> {
  const startedMs = performance.now();
  const elapsedSeconds = (): number => (performance.now() - startedMs) / 1000;
  const steps: TimedStep[] = [];
  while (steps.length === 0 || elapsedSeconds() < MIN_ROUND_SECONDS) {
    for (const batch of rounds[index] ?? []) steps.push(await trainer.takeStep(batch));
  }
  return { stepsPerSecond: steps.length / elapsedSeconds(), steps };
}

function figuresOf(rounds: readonly Round[], theirSpeed: number | undefined): Row {
  const speed = median(rounds.map(({ stepsPerSecond }) => stepsPerSecond));
  const steps = rounds.flatMap((round) => round.steps);
  return [
    speed.toFixed(2),
    inMs(median(steps.map(({ batchMs }) => batchMs))),
    inMs(median(steps.map(({ stepMs }) => stepMs))),
    theirSpeed === undefined ? '–' : `${(theirSpeed / speed).toFixed(2)} ×`,
  ];
}

function inMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

function describePyTorch({ torch, device, threads }: PyTorchRound): string {
  if (device !== 'cpu') return `PyTorch ${torch}: ${device}`;
  return `PyTorch ${torch}: cpu, on ${threads} of ${availableParallelism()} threads, as is faster`;
}

function notCompared(reason: string): string {
  return `PyTorch: not compared, ${reason}; PYTHON names another interpreter`;
}

function describeJob(job: TrainingJob): string {
  const { numItems, dim, numHeads, hiddenDim } = job.shape;
  return `N = ${numItems}, D = ${dim}, ${numHeads} heads, hidden ${hiddenDim}; a step: ${job.batchPositions} positions, ${meanTargets(job).toFixed(0)} of them with a target, ${job.numNegatives} negatives; medians of ${job.numRounds} rounds`;
}

function noEdges(numItems: number): ItemGraph {
  return { offsets: new Uint32Array(numItems + 1), columns: new Uint32Array(), weights: new Float32Array() };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]] as [number, number];
  return (low + high) / 2;
}
