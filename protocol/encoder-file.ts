import { alignedCopy, type Bytes, checkLength } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { ITEM_EVENT_KINDS } from './event.ts';
import { decodeFloat16, encodeFloat16 } from './float16.ts';
import type { ModelConfig } from './manifest.ts';

/** Rows of the time-gap embedding. */
export const NUM_GAP_BUCKETS = 10;

/** The encoder's tensors in file order, with the letters of their shapes: see {@link encoderShapes}. */
export const ENCODER_TENSORS = [
  'distances',
  'eventKinds',
  'gaps',
  'attentionGain',
  'attentionBias',
  'query',
  'key',
  'value',
  'output',
  'forwardGain',
  'forwardBias',
  'hidden',
  'hiddenBias',
  'shrink',
  'shrinkBias',
  'sessionGain',
  'sessionBias',
] as const;
export type EncoderTensor = (typeof ENCODER_TENSORS)[number];

/** Each tensor's values, row-major. */
export type EncoderWeights = Readonly<Record<EncoderTensor, Float32Array>>;

type EncoderConfig = Pick<ModelConfig, 'dim' | 'numHeads' | 'hiddenDim' | 'maxEvents'>;

/**
 * Shapes by tensor, with D = `dim`, T = `maxEvents`.
 *
 * `distances[d][head]` is added to an attention score where the key lies d events before the query.
 * Matrices multiply from the right: `y = x · W`.
 */
export function encoderShapes({
  dim,
  numHeads,
  hiddenDim,
  maxEvents,
}: EncoderConfig): Readonly<Record<EncoderTensor, readonly number[]>> {
  return {
    distances: [maxEvents, numHeads],
    eventKinds: [ITEM_EVENT_KINDS.length, dim],
    gaps: [NUM_GAP_BUCKETS, dim],
    attentionGain: [dim],
    attentionBias: [dim],
    query: [dim, dim],
    key: [dim, dim],
    value: [dim, dim],
    output: [dim, dim],
    forwardGain: [dim],
    forwardBias: [dim],
    hidden: [dim, hiddenDim],
    hiddenBias: [hiddenDim],
    shrink: [hiddenDim, dim],
    shrinkBias: [dim],
    sessionGain: [dim],
    sessionBias: [dim],
  };
}

/**
 * Parses the encoder's weights: binary16, little-endian, tensors in the order of
 * {@link ENCODER_TENSORS}, nothing between them.
 *
 * @throws {ProtocolError} `encoder-invalid` if the length is another or a weight is not finite.
 */
export function parseEncoder(bytes: ArrayBuffer, config: EncoderConfig): EncoderWeights {
  const shapes = encoderShapes(config);
  const numWeights = ENCODER_TENSORS.reduce((sum, name) => sum + sizeOf(shapes[name]), 0);
  checkLength(bytes, 2 * numWeights, 'encoder-invalid');
  const all = decodeFloat16(new Uint16Array(bytes));
  if (!all.every(Number.isFinite)) throw new ProtocolError('encoder-invalid', 'expected every weight to be finite');
  let offset = 0;
  const weights = {} as Record<EncoderTensor, Float32Array>;
  for (const name of ENCODER_TENSORS) {
    const size = sizeOf(shapes[name]);
    weights[name] = all.subarray(offset, offset + size);
    offset += size;
  }
  return weights;
}

/** The bytes that {@link parseEncoder} reads. */
export function encodeEncoder(weights: EncoderWeights, config: EncoderConfig): Bytes {
  const shapes = encoderShapes(config);
  const all = new Float32Array(ENCODER_TENSORS.reduce((sum, name) => sum + sizeOf(shapes[name]), 0));
  let offset = 0;
  for (const name of ENCODER_TENSORS) {
    const size = sizeOf(shapes[name]);
    if (weights[name].length !== size) {
      throw new RangeError(`expected ${name} to have ${size} weights, got ${weights[name].length}`);
    }
    all.set(weights[name], offset);
    offset += size;
  }
  return new Uint8Array(alignedCopy(new Uint8Array(encodeFloat16(all).buffer)));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
