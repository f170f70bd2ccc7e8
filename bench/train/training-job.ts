import type { ItemGraph } from '#trainer/item-graph.ts';
import type { NetworkShape } from '#trainer/network.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import { batchesOf, paddedLength, type Window } from '#trainer/sequences.ts';

export interface JobSizes {
  readonly shape: NetworkShape;
  readonly numNegatives: number;
  /** Positions of a step, padding included. */
  readonly batchPositions: number;
  readonly numRounds: number;
  readonly stepsPerRound: number;
}

/** What both sides of a comparison train on. */
export interface TrainingJob extends JobSizes {
  /** Batches of each round: rounds differ, the two sides of a round do not. */
  readonly rounds: readonly (readonly Batch[])[];
  /** How often each item occurs in the log, `[N]`. */
  readonly counts: Float64Array;
  /** Neighbors that are mixed into each item, where they are. */
  readonly graph: ItemGraph;
}

type Batch = readonly Window[];

/** Diginetica's. Of 4,864 positions about 4,000 have a target. */
export const DIGINETICA: JobSizes = {
  shape: { numItems: 43_097, dim: 64, numHeads: 2, hiddenDim: 128, maxEvents: 32, textDim: 0 },
  numNegatives: 2048,
  batchPositions: 4864,
  numRounds: 5,
  stepsPerRound: 3,
};

/** Mean of a session's targets; the numbers of targets fall geometrically. */
const MEAN_TARGETS = 3.85;
/** The log's events by its items. */
const EVENTS_PER_ITEM = 21;
/** Edges of an item. */
const NUM_NEIGHBORS = 12;
/** How many rows away an item's neighbors are at most. */
const NEIGHBOR_REACH = 40;

/**
 * Draws batches as a log of Diginetica's kind has them: the lengths of its sessions, the popularity of its
 * items, and with how many others a step's items are mixed are near the real ones. Which item follows which
 * is left to chance: no step is faster or slower for it.
 */
export function drawTrainingJob(sizes: JobSizes): TrainingJob {
  const random = seededRandom(43);
  const { shape, numRounds, stepsPerRound } = sizes;
  const batches = drawBatches(sizes, random);
  return {
    ...sizes,
    rounds: Array.from({ length: numRounds }, (_, round) =>
      batches.slice(round * stepsPerRound, (round + 1) * stepsPerRound),
    ),
    counts: Float64Array.from({ length: shape.numItems }, (_, row) => expectedCount(row, shape.numItems)),
    graph: drawGraph(shape.numItems, random),
  };
}

/** Of all positions of a job's batches, those with a target: a step's on average. */
export function meanTargets({ rounds }: TrainingJob): number {
  const batches = rounds.flat();
  const numTargets = batches.flat().reduce((sum, { rows }) => sum + rows.length - 1, 0);
  return numTargets / batches.length;
}

/** Full batches in random order. */
function drawBatches({ shape, batchPositions, numRounds, stepsPerRound }: JobSizes, random: Random): Batch[] {
  const numBatches = numRounds * stepsPerRound;
  const numWindows = Math.ceil((3 * numBatches * batchPositions) / MEAN_TARGETS); // more than are needed
  const windows = Array.from({ length: numWindows }, () => drawWindow(shape, random));
  const full = batchesOf(windows, batchPositions).filter(
    (batch) => (batch.length + 1) * paddedLength(batch[0] as Window) > batchPositions,
  );
  if (full.length < numBatches) throw new Error(`expected ${numBatches} full batches, got ${full.length}`);
  return full
    .map((batch) => ({ batch, place: random() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, numBatches)
    .map(({ batch }) => batch);
}

function drawWindow({ numItems, maxEvents }: NetworkShape, random: Random): Window {
  const numTargets = 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / MEAN_TARGETS));
  const rows = Array.from({ length: 1 + Math.min(maxEvents, numTargets) }, () => drawItem(numItems, random));
  return { rows, gaps: rows.map(() => 0), age: random() };
}

/** Popularity falls with the root of the row. */
function drawItem(numItems: number, random: Random): number {
  return Math.floor(numItems * random() ** 2);
}

/** Of {@link drawItem} in the whole log. */
function expectedCount(row: number, numItems: number): number {
  return EVENTS_PER_ITEM * numItems * (Math.sqrt((row + 1) / numItems) - Math.sqrt(row / numItems));
}

function drawGraph(numItems: number, random: Random): ItemGraph {
  const numEdges = numItems * NUM_NEIGHBORS;
  return {
    offsets: Uint32Array.from({ length: numItems + 1 }, (_, row) => row * NUM_NEIGHBORS),
    columns: Uint32Array.from({ length: numEdges }, (_, edge) => {
      const distance = 1 + Math.floor(random() * NEIGHBOR_REACH);
      return (Math.floor(edge / NUM_NEIGHBORS) + distance) % numItems;
    }),
    weights: new Float32Array(numEdges).fill(1 / NUM_NEIGHBORS),
  };
}
