import * as tf from '@tensorflow/tfjs-core';
import { LAYER_NORM_EPSILON } from '#model/encoder.ts';
import {
  ENCODER_TENSORS,
  type EncoderTensor,
  type EncoderWeights,
  encoderShapes,
  NUM_GAP_BUCKETS,
} from '#protocol/encoder-file.ts';
import { ITEM_EVENT_KINDS } from '#protocol/event.ts';
import { gatherRows } from './gather-rows.ts';
import { type ItemGraph, mixNeighbors } from './item-graph.ts';
import { product } from './product.ts';
import type { Random } from './seeded-random.ts';
import { readRows } from './table-rows.ts';

/** Sizes the network is built from; `textDim` is the width of the frozen text features. */
export interface NetworkShape {
  readonly numItems: number;
  readonly dim: number;
  readonly numHeads: number;
  readonly hiddenDim: number;
  readonly maxEvents: number;
  readonly textDim: number;
}

/** One batch of sequences, padded at the front. */
export interface SequenceBatch {
  /** int32 `[B, T]`, item rows; padding 0. */
  readonly rows: tf.Tensor2D;
  /** `[B, T, event kinds]` and `[B, T, gap buckets]`, one-hot; padding all 0. */
  readonly kinds: tf.Tensor3D;
  readonly gaps: tf.Tensor3D;
  /** `[B, T]`, 1 for an event, 0 for padding. */
  readonly isEvent: tf.Tensor2D;
}

export interface NetworkInput {
  /** `[N, textDim]`, rows of mean square length near 1. */
  readonly textFeatures: Float32Array;
  /** `[N]`. */
  readonly mayHaveDelta: readonly boolean[];
  /** Neighbors that are mixed into each item, `[N]`. */
  readonly graph: ItemGraph;
  /** `[N, D]`, where ID deltas start, of length 1; a row of zeros starts at random. */
  readonly firstVectors: Float32Array;
  readonly random: Random;
}

/** Leaves out part of the values of `[B · T, D]` in training. */
export type Dropout = (values: tf.Tensor2D, place: 'input' | 'hidden') => tf.Tensor2D;

/** Added to a row's square length, so that a row of zeros can be scaled. */
const SMALLEST_SQUARE = 1e-12;

/**
 * The recommender's network: the same function as the device's `encodeSession`, for all positions at
 * once and with gradients.
 *
 * Item vector = frozen text features · projection + ID delta, mixed with its neighbors' (see
 * {@link mixNeighbors}) and scaled to length 1 (NISER, Gupta et al. 2019): a popular item's vector then
 * does not win by its length alone. The session vector's length, the softmax's temperature, is the gain of
 * its layer norm.
 */
export class Network {
  readonly shape: NetworkShape;
  readonly encoder: Readonly<Record<EncoderTensor, tf.Variable>>;
  /** `[textDim, D]`. */
  readonly projection: tf.Variable<tf.Rank.R2>;
  /** `[N, D]`. */
  readonly deltas: tf.Variable<tf.Rank.R2>;
  /** `[N, textDim]`, not trained. */
  readonly textFeatures: tf.Tensor2D;
  /** `[N, 1]`: 0 where an item's delta may not ship, so that training does without it too. */
  readonly deltaMask: tf.Tensor2D;

  readonly graph: ItemGraph;

  constructor(shape: NetworkShape, input: NetworkInput) {
    const { textFeatures, mayHaveDelta, graph, random } = input;
    this.shape = shape;
    this.graph = graph;
    const { numItems, textDim, dim } = shape;
    this.textFeatures = tf.tensor2d(textFeatures, [numItems, textDim]);
    this.deltaMask = tf.tensor2d(mayHaveDelta.map(Number), [numItems, 1]);
    this.projection = variableOf(() => tf.tensor2d(firstCoordinates(textDim, dim), [textDim, dim]));
    this.deltas = variableOf(() => tf.tensor2d(initialDeltas(input, shape), [numItems, dim]));
    const shapes = encoderShapes(shape);
    const encoder = {} as Record<EncoderTensor, tf.Variable>;
    for (const name of ENCODER_TENSORS) {
      encoder[name] = variableOf(() => initialTensor(name, shapes[name], random));
    }
    this.encoder = encoder;
  }

  /** What every step changes; `deltas` change by row. */
  get dense(): tf.Variable[] {
    const encoder = ENCODER_TENSORS.map((name) => this.encoder[name]);
    return this.shape.textDim === 0 ? encoder : [...encoder, this.projection];
  }

  /** All item vectors, `[N, D]`. */
  itemVectors(): tf.Tensor2D {
    const { textFeatures, deltas, deltaMask, graph } = this;
    return this.#vectors({ textFeatures, deltas, deltaMask }, graph);
  }

  /**
   * Vectors of some items.
   *
   * @param rows int32 `[V]`. @param deltas Their ID deltas, `[V, D]`: apart, so that their gradient can be asked for.
   * @param keepDelta `[V, 1]`, 0 to leave an item's delta out of this step (dropout).
   * @param graph What is mixed into the first U of them.
   * @returns `[U, D]`
   */
  vectorsOf(
    rows: tf.Tensor1D,
    {
      deltas,
      keepDelta,
      graph,
    }: { readonly deltas: tf.Tensor2D; readonly keepDelta: tf.Tensor2D; readonly graph: ItemGraph },
  ): tf.Tensor2D {
    const deltaMask = tf.mul(readRows(this.deltaMask, rows), keepDelta) as tf.Tensor2D;
    return this.#vectors({ textFeatures: readRows(this.textFeatures, rows), deltas, deltaMask }, graph);
  }

  #vectors(
    {
      textFeatures,
      deltas,
      deltaMask,
    }: { readonly textFeatures: tf.Tensor2D; readonly deltas: tf.Tensor2D; readonly deltaMask: tf.Tensor2D },
    graph: ItemGraph,
  ): tf.Tensor2D {
    const own = tf.mul(deltas, deltaMask) as tf.Tensor2D;
    const sum = this.shape.textDim === 0 ? own : tf.add(product(textFeatures, this.projection), own);
    return unitRows(mixNeighbors(sum as tf.Tensor2D, graph));
  }

  /**
   * Session vectors after every event.
   *
   * @param vectors `[U, D]`, what `batch.rows` counts in.
   * @param dropout Leaves values out while training; none if absent.
   * @returns `[B · T, D]`
   */
  encode(batch: SequenceBatch, vectors: tf.Tensor2D, dropout: Dropout = (values) => values): tf.Tensor2D {
    const { encoder } = this;
    const [numSequences, numEvents] = batch.rows.shape;
    const numPositions = numSequences * numEvents;
    const items = gatherRows(vectors, tf.reshape(batch.rows, [numPositions])); // [B·T, D]
    const kinds = product(
      tf.reshape(batch.kinds, [numPositions, ITEM_EVENT_KINDS.length]),
      encoder.eventKinds as tf.Tensor2D,
    );
    const gaps = product(tf.reshape(batch.gaps, [numPositions, NUM_GAP_BUCKETS]), encoder.gaps as tf.Tensor2D);
    const inputs = dropout(tf.addN([items, kinds, gaps]) as tf.Tensor2D, 'input'); // [B·T, D]

    const normed = layerNorm(inputs, encoder.attentionGain, encoder.attentionBias);
    const attended = this.#attend(normed, batch); // [B·T, D]
    const moved = dropout(product(attended, encoder.output as tf.Tensor2D), 'hidden');
    const state = tf.add(inputs, moved) as tf.Tensor2D;

    const forward = layerNorm(state, encoder.forwardGain, encoder.forwardBias);
    const hidden = tf.relu(tf.add(product(forward, encoder.hidden as tf.Tensor2D), encoder.hiddenBias)); // [B·T, H]
    const shrunk = tf.add(product(hidden as tf.Tensor2D, encoder.shrink as tf.Tensor2D), encoder.shrinkBias);
    const last = tf.add(state, dropout(shrunk as tf.Tensor2D, 'hidden')) as tf.Tensor2D;
    return layerNorm(last, encoder.sessionGain, encoder.sessionBias);
  }

  #attend(normed: tf.Tensor2D, batch: SequenceBatch): tf.Tensor2D {
    const { encoder } = this;
    const { dim, numHeads, maxEvents } = this.shape;
    const [numSequences, numEvents] = batch.rows.shape;
    const headDim = dim / numHeads;
    const split = (weights: tf.Tensor): tf.Tensor4D => {
      const projected = product(normed, weights as tf.Tensor2D); // [B·T, D]
      return tf.transpose(tf.reshape(projected, [numSequences, numEvents, numHeads, headDim]), [0, 2, 1, 3]);
    };
    const dots = tf.matMul(split(encoder.query), split(encoder.key), false, true); // [B, heads, T, T]
    const bias = tf.reshape(
      tf.transpose(product(distanceOneHot(numEvents, maxEvents), encoder.distances as tf.Tensor2D)), // [heads, T·T]
      [1, numHeads, numEvents, numEvents],
    );
    const scores = tf.add(tf.add(tf.mul(dots, 1 / Math.sqrt(headDim)), bias), attentionMask(batch));
    const mixed = tf.matMul(tf.softmax(scores), split(encoder.value)); // [B, heads, T, D / heads]
    return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [numSequences * numEvents, dim]);
  }

  /** Copies of the encoder's weights. */
  async readEncoder(): Promise<EncoderWeights> {
    const weights = {} as Record<EncoderTensor, Float32Array>;
    for (const name of ENCODER_TENSORS) weights[name] = (await this.encoder[name].data<'float32'>()).slice();
    return weights;
  }

  /** A copy of the item vectors as they would ship, `[N, D]`. */
  async readItemVectors(): Promise<Float32Array> {
    const vectors = tf.tidy(() => this.itemVectors());
    const values = (await vectors.data<'float32'>()).slice();
    vectors.dispose();
    return values;
  }

  dispose(): void {
    tf.dispose([...Object.values(this.encoder), this.projection, this.deltas, this.textFeatures, this.deltaMask]);
  }
}

/** Rows scaled to length 1; a zero row stays one. */
function unitRows(matrix: tf.Tensor2D): tf.Tensor2D {
  const squares = tf.sum(tf.square(matrix), 1, true); // [U, 1]
  return tf.mul(matrix, tf.rsqrt(tf.add(squares, SMALLEST_SQUARE)));
}

/** A variable holds its own reference to the initial value, so the first one has to go. */
function variableOf<R extends tf.Rank>(makeInitial: () => tf.Tensor<R>): tf.Variable<R> {
  const initial = makeInitial();
  const variable = tf.variable(initial);
  initial.dispose();
  return variable;
}

/** Adding this to a score closes it: far below any score, but finite, so that no row becomes NaN. */
const CLOSED = -1e9;

/** 0 where a query may see a key, near {@link CLOSED} elsewhere: no later event, no padding. `[B, 1, T, T]` */
function attentionMask({ isEvent, rows }: SequenceBatch): tf.Tensor4D {
  const [numSequences, numEvents] = rows.shape;
  const later = new Float32Array(numEvents * numEvents);
  for (let query = 0; query < numEvents; query++) {
    for (let key = query + 1; key < numEvents; key++) later[query * numEvents + key] = CLOSED;
  }
  const padding = tf.reshape(tf.mul(tf.sub(1, isEvent), CLOSED), [numSequences, 1, 1, numEvents]);
  return tf.add(padding, tf.tensor4d(later, [1, 1, numEvents, numEvents])) as tf.Tensor4D;
}

/** `[T·T, maxEvents]`: which distance a pair of positions has; all 0 where the key comes later. */
function distanceOneHot(numEvents: number, maxEvents: number): tf.Tensor2D {
  const oneHot = new Float32Array(numEvents * numEvents * maxEvents);
  for (let query = 0; query < numEvents; query++) {
    for (let key = 0; key <= query; key++) oneHot[(query * numEvents + key) * maxEvents + (query - key)] = 1;
  }
  return tf.tensor2d(oneHot, [numEvents * numEvents, maxEvents]);
}

function layerNorm(inputs: tf.Tensor2D, gain: tf.Tensor, bias: tf.Tensor): tf.Tensor2D {
  const centered = tf.sub(inputs, tf.mean(inputs, 1, true));
  const variance = tf.mean(tf.square(centered), 1, true);
  const normed = tf.mul(centered, tf.rsqrt(tf.add(variance, LAYER_NORM_EPSILON)));
  return tf.add(tf.mul(normed, gain), bias);
}

/** Text features come ordered by variance: the projection starts as their first D. */
function firstCoordinates(textDim: number, dim: number): Float32Array {
  const matrix = new Float32Array(textDim * dim);
  for (let i = 0; i < Math.min(textDim, dim); i++) matrix[i * dim + i] = 1;
  return matrix;
}

/** Length of an ID delta at the start, where it stands alone and where the text says most. */
const FIRST_DELTA = { withoutText: 0.8, withText: 0.2 };

/** Deltas start where co-occurrence puts an item, at random where it says nothing. */
function initialDeltas(
  { textFeatures, firstVectors, random }: NetworkInput,
  { numItems, dim, textDim }: NetworkShape,
): Float32Array {
  const deltas = new Float32Array(numItems * dim);
  for (let row = 0; row < numItems; row++) {
    const hasText = textFeatures.subarray(row * textDim, (row + 1) * textDim).some((value) => value !== 0);
    const length = hasText ? FIRST_DELTA.withText : FIRST_DELTA.withoutText;
    const first = firstVectors.subarray(row * dim, (row + 1) * dim);
    const isKnown = first.some((value) => value !== 0);
    const bound = length * Math.sqrt(3 / dim); // uniform numbers of that expected length
    for (let d = 0; d < dim; d++) {
      deltas[row * dim + d] = isKnown ? length * (first[d] as number) : (2 * random() - 1) * bound;
    }
  }
  return deltas;
}

/** Logits of unit item vectors start with this range: the inverse of the softmax's temperature. */
const FIRST_SESSION_LENGTH = 14;

function initialTensor(name: EncoderTensor, shape: readonly number[], random: Random): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  if (name === 'sessionGain') return tf.fill([...shape], FIRST_SESSION_LENGTH / Math.sqrt(size));
  if (name.endsWith('Gain')) return tf.ones([...shape]);
  if (name.endsWith('Bias') || name === 'distances') return tf.zeros([...shape]);
  const [fanIn = 1, fanOut = 1] = shape;
  const isEmbedding = name === 'eventKinds' || name === 'gaps';
  // Glorot and Bengio 2010 for matrices; embeddings start small beside the item vectors.
  const bound = isEmbedding ? 0.05 : Math.sqrt(6 / (fanIn + fanOut));
  const values = Float32Array.from({ length: size }, () => (2 * random() - 1) * bound);
  return tf.tensor(values, [...shape]);
}
