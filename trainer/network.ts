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
import { product } from './product.ts';
import type { Random } from './seeded-random.ts';

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

/**
 * The recommender's network: the same function as the device's `encodeSession`, for all positions at
 * once and with gradients.
 *
 * Item vector = frozen text features · projection + ID delta.
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

  /**
   * @param textFeatures `[N, textDim]`, rows of mean square length near 1.
   * @param mayHaveDelta `[N]`.
   */
  constructor(
    shape: NetworkShape,
    {
      textFeatures,
      mayHaveDelta,
      random,
    }: { readonly textFeatures: Float32Array; readonly mayHaveDelta: readonly boolean[]; readonly random: Random },
  ) {
    this.shape = shape;
    const { numItems, textDim, dim } = shape;
    this.textFeatures = tf.tensor2d(textFeatures, [numItems, textDim]);
    this.deltaMask = tf.tensor2d(mayHaveDelta.map(Number), [numItems, 1]);
    this.projection = variableOf(() => tf.tensor2d(firstCoordinates(textDim, dim), [textDim, dim]));
    this.deltas = variableOf(() => tf.zeros<tf.Rank.R2>([numItems, dim]));
    const shapes = encoderShapes(shape);
    const encoder = {} as Record<EncoderTensor, tf.Variable>;
    for (const name of ENCODER_TENSORS) {
      encoder[name] = variableOf(() => initialTensor(name, shapes[name], random));
    }
    this.encoder = encoder;
  }

  get trainable(): tf.Variable[] {
    return [...ENCODER_TENSORS.map((name) => this.encoder[name]), this.projection, this.deltas];
  }

  /**
   * All item vectors.
   *
   * @param keepDelta `[N, 1]`, 0 to leave an item's delta out of this step (dropout); all of them if absent.
   * @returns `[N, D]`
   */
  itemVectors(keepDelta?: tf.Tensor2D): tf.Tensor2D {
    const mask = keepDelta ? tf.mul(this.deltaMask, keepDelta) : this.deltaMask;
    const fromText = product(this.textFeatures, this.projection); // [N, D]
    return tf.add(fromText, tf.mul(this.deltas, mask));
  }

  /**
   * Session vectors after every event.
   *
   * @param vectors `[N, D]`.
   * @returns `[B, T, D]`
   */
  encode(batch: SequenceBatch, vectors: tf.Tensor2D): tf.Tensor3D {
    const { encoder } = this;
    const { dim } = this.shape;
    const [numSequences, numEvents] = batch.rows.shape;
    const numPositions = numSequences * numEvents;
    const items = gatherRows(vectors, tf.reshape(batch.rows, [numPositions])); // [B·T, D]
    const kinds = product(
      tf.reshape(batch.kinds, [numPositions, ITEM_EVENT_KINDS.length]),
      encoder.eventKinds as tf.Tensor2D,
    );
    const gaps = product(tf.reshape(batch.gaps, [numPositions, NUM_GAP_BUCKETS]), encoder.gaps as tf.Tensor2D);
    const inputs = tf.addN([items, kinds, gaps]) as tf.Tensor2D; // [B·T, D]

    const normed = layerNorm(inputs, encoder.attentionGain, encoder.attentionBias);
    const attended = this.#attend(normed, batch); // [B·T, D]
    const state = tf.add(inputs, product(attended, encoder.output as tf.Tensor2D)) as tf.Tensor2D;

    const forward = layerNorm(state, encoder.forwardGain, encoder.forwardBias);
    const hidden = tf.relu(tf.add(product(forward, encoder.hidden as tf.Tensor2D), encoder.hiddenBias)); // [B·T, H]
    const shrunk = tf.add(product(hidden as tf.Tensor2D, encoder.shrink as tf.Tensor2D), encoder.shrinkBias);
    const session = layerNorm(tf.add(state, shrunk) as tf.Tensor2D, encoder.sessionGain, encoder.sessionBias);
    return tf.reshape(session, [numSequences, numEvents, dim]);
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
    tf.dispose([...this.trainable, this.textFeatures, this.deltaMask]);
  }
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

function initialTensor(name: EncoderTensor, shape: readonly number[], random: Random): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  if (name.endsWith('Gain')) return tf.ones([...shape]);
  if (name.endsWith('Bias') || name === 'distances') return tf.zeros([...shape]);
  const [fanIn = 1, fanOut = 1] = shape;
  const isEmbedding = name === 'eventKinds' || name === 'gaps';
  // Glorot and Bengio 2010 for matrices; embeddings start small beside the item vectors.
  const bound = isEmbedding ? 0.05 : Math.sqrt(6 / (fanIn + fanOut));
  const values = Float32Array.from({ length: size }, () => (2 * random() - 1) * bound);
  return tf.tensor(values, [...shape]);
}
