import type { EncoderWeights } from '#protocol/encoder-file.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { addScaled } from './add-scaled.ts';
import { dequantizeRow, type ItemTable } from './item-table.ts';
import type { Profile } from './profile.ts';

/** Added to the variance, so that a constant vector stays finite. */
export const LAYER_NORM_EPSILON = 1e-5;

/**
 * The session vector of a profile: one causal self-attention block, pre-norm (SASRec, Kang and
 * McAuley 2018, with event-kind and time-gap embeddings). Only the last position is computed.
 *
 *     x_t = item_t + eventKinds[kind_t] + gaps[gap_t]
 *     a_t = softmax_t(q_last · k_t / √(D / heads) + distances[last − t])      for each head
 *     h   = x_last + (Σ a_t v_t) · output
 *     s   = LN(h + relu(LN(h) · hidden + hiddenBias) · shrink + shrinkBias)
 *
 * @param profile T events, 1 ≤ T ≤ `maxEvents`.
 * @returns `[D]`.
 * @throws {RangeError} If the profile has no event or too many.
 */
export function encodeSession(
  profile: Pick<Profile, 'rows' | 'kinds' | 'gaps'>,
  model: { readonly config: ModelConfig; readonly items: ItemTable; readonly encoder: EncoderWeights },
): Float32Array {
  const { config, items, encoder } = model;
  const { dim, numHeads, hiddenDim, maxEvents } = config;
  const numEvents = profile.rows.length;
  if (numEvents < 1 || numEvents > maxEvents) {
    throw new RangeError(`expected 1–${maxEvents} events, got ${numEvents}`);
  }

  const inputs = embedEvents(profile, { dim, items, encoder }); // [T, D]
  const normed = new Float32Array(inputs.length); // [T, D]
  for (let t = 0; t < numEvents; t++) {
    layerNorm(inputs.subarray(t * dim, (t + 1) * dim), encoder.attentionGain, encoder.attentionBias, normed, t * dim);
  }

  const last = (numEvents - 1) * dim;
  const query = multiply(normed.subarray(last, last + dim), encoder.query, dim); // [D]
  const attended = attend(query, normed, { encoder, numEvents, dim, numHeads }); // [D]
  const state = multiply(attended, encoder.output, dim); // [D]
  for (let d = 0; d < dim; d++) state[d] = (state[d] as number) + (inputs[last + d] as number);

  const forward = new Float32Array(dim);
  layerNorm(state, encoder.forwardGain, encoder.forwardBias, forward, 0);
  const hidden = multiply(forward, encoder.hidden, hiddenDim); // [H]
  for (let h = 0; h < hiddenDim; h++)
    hidden[h] = Math.max(0, (hidden[h] as number) + (encoder.hiddenBias[h] as number));
  const shrunk = multiply(hidden, encoder.shrink, dim); // [D]
  for (let d = 0; d < dim; d++) {
    state[d] = (state[d] as number) + (shrunk[d] as number) + (encoder.shrinkBias[d] as number);
  }

  const session = new Float32Array(dim);
  layerNorm(state, encoder.sessionGain, encoder.sessionBias, session, 0);
  return session;
}

function embedEvents(
  profile: Pick<Profile, 'rows' | 'kinds' | 'gaps'>,
  { dim, items, encoder }: { readonly dim: number; readonly items: ItemTable; readonly encoder: EncoderWeights },
): Float32Array {
  const numEvents = profile.rows.length;
  const inputs = new Float32Array(numEvents * dim);
  for (let t = 0; t < numEvents; t++) {
    dequantizeRow(items, profile.rows[t] as number, inputs, t * dim);
    const kind = (profile.kinds[t] as number) * dim;
    const gap = (profile.gaps[t] as number) * dim;
    for (let d = 0; d < dim; d++) {
      inputs[t * dim + d] =
        (inputs[t * dim + d] as number) + (encoder.eventKinds[kind + d] as number) + (encoder.gaps[gap + d] as number);
    }
  }
  return inputs;
}

/** Softmax attention of one query over all events, `[D]`; heads lie side by side. */
function attend(
  query: Float32Array,
  normed: Float32Array,
  {
    encoder,
    numEvents,
    dim,
    numHeads,
  }: { readonly encoder: EncoderWeights; readonly numEvents: number; readonly dim: number; readonly numHeads: number },
): Float32Array {
  const headDim = dim / numHeads;
  const attended = new Float32Array(dim);
  const weights = new Float32Array(numEvents);
  for (let head = 0; head < numHeads; head++) {
    const start = head * headDim;
    // q · (x key) = x · (key q), and Σ a_t (x_t value) = (Σ a_t x_t) value: a product with a matrix for all events.
    const sought = new Float32Array(dim); // key · q, of this head
    for (let i = 0; i < dim; i++) {
      let sum = 0;
      for (let d = start; d < start + headDim; d++) sum += (encoder.key[i * dim + d] as number) * (query[d] as number);
      sought[i] = sum;
    }
    let largest = Number.NEGATIVE_INFINITY;
    for (let t = 0; t < numEvents; t++) {
      let dot = 0;
      for (let i = 0; i < dim; i++) dot += (normed[t * dim + i] as number) * (sought[i] as number);
      weights[t] = dot / Math.sqrt(headDim) + (encoder.distances[(numEvents - 1 - t) * numHeads + head] as number);
      largest = Math.max(largest, weights[t] as number);
    }
    let total = 0;
    for (let t = 0; t < numEvents; t++) {
      weights[t] = Math.exp((weights[t] as number) - largest);
      total += weights[t] as number;
    }
    const mean = new Float32Array(dim); // Σ a_t x_t
    for (let t = 0; t < numEvents; t++) {
      addScaled(mean, normed.subarray(t * dim, (t + 1) * dim), (weights[t] as number) / total);
    }
    for (let i = 0; i < dim; i++) {
      for (let d = start; d < start + headDim; d++) {
        attended[d] = (attended[d] as number) + (mean[i] as number) * (encoder.value[i * dim + d] as number);
      }
    }
  }
  return attended;
}

/** `vector · matrix`, matrix `[vector.length, columns]` row-major. */
function multiply(vector: Float32Array, matrix: Float32Array, columns: number): Float32Array {
  const product = new Float32Array(columns);
  for (let i = 0, at = 0; i < vector.length; i++) {
    const value = vector[i] as number;
    for (let c = 0; c < columns; c++, at++) product[c] = (product[c] as number) + value * (matrix[at] as number);
  }
  return product;
}

function layerNorm(
  vector: Float32Array,
  gain: Float32Array,
  bias: Float32Array,
  out: Float32Array,
  offset: number,
): void {
  const { length } = vector;
  let mean = 0;
  for (const value of vector) mean += value / length;
  let variance = 0;
  for (const value of vector) variance += (value - mean) ** 2 / length;
  const inverse = 1 / Math.sqrt(variance + LAYER_NORM_EPSILON);
  for (let d = 0; d < length; d++) {
    out[offset + d] = ((vector[d] as number) - mean) * inverse * (gain[d] as number) + (bias[d] as number);
  }
}
