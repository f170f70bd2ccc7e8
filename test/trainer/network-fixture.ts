import type { ItemGraph } from '#trainer/item-graph.ts';
import { Network, type NetworkShape } from '#trainer/network.ts';
import type { Random } from '#trainer/seeded-random.ts';
import type { Window } from '#trainer/sequences.ts';
import { spread } from '../model/random-model.ts';

export const SHAPE: NetworkShape = { numItems: 24, dim: 16, numHeads: 2, hiddenDim: 24, maxEvents: 8, textDim: 16 };

/** A graph of `numItems` rows without an edge. */
export function noGraph(numItems: number): ItemGraph {
  return {
    offsets: new Uint32Array(numItems + 1),
    columns: new Uint32Array(),
    weights: new Float32Array(),
  };
}

/** Each item is mixed with the one `step` rows on, as a weighted mean of one. */
export function ringGraph(numItems: number, step: number): ItemGraph {
  return {
    offsets: Uint32Array.from({ length: numItems + 1 }, (_, row) => row),
    columns: Uint32Array.from({ length: numItems }, (_, row) => (row + step) % numItems),
    weights: new Float32Array(numItems).fill(1),
  };
}

export interface NetworkChanges {
  readonly shape?: Partial<NetworkShape>;
  readonly mayHaveDelta?: (row: number) => boolean;
  readonly graph?: ItemGraph;
  /** `[N, D]`; at random if absent. */
  readonly firstVectors?: Float32Array;
}

export function makeNetwork(
  random: Random,
  { shape, mayHaveDelta = () => true, graph, firstVectors }: NetworkChanges = {},
): Network {
  const full = { ...SHAPE, ...shape };
  return new Network(full, {
    textFeatures: spread(full.numItems * full.textDim, 0.4, random),
    mayHaveDelta: Array.from({ length: full.numItems }, (_, row) => mayHaveDelta(row)),
    graph: graph ?? noGraph(full.numItems),
    firstVectors: firstVectors ?? new Float32Array(full.numItems * full.dim),
    random,
  });
}

/** The planted rule: after an even item 2k always comes 2k + 1, after an odd one any even item. */
export function plantedWindows(numWindows: number, random: Random): Window[] {
  const anyEven = (): number => 2 * Math.floor(random() * (SHAPE.numItems / 2));
  return Array.from({ length: numWindows }, (_, window) => ({
    rows: [...Array.from({ length: 4 }, anyEven).flatMap((row) => [row, row + 1]), anyEven()],
    gaps: [9, 0, 0, 0, 0, 0, 0, 0, 0],
    age: window / numWindows,
  }));
}
