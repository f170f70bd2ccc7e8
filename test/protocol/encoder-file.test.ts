import { describe, expect, test } from 'vitest';
import { alignedCopy } from '#protocol/bytes.ts';
import {
  ENCODER_TENSORS,
  type EncoderTensor,
  type EncoderWeights,
  encodeEncoder,
  encoderShapes,
  parseEncoder,
} from '#protocol/encoder-file.ts';

const CONFIG = { dim: 6, numHeads: 2, hiddenDim: 10, maxEvents: 7 };
/** By hand: 7·2 + 5·6 + 10·6 + 2·6 + 4·36 + 2·6 + 60 + 10 + 60 + 6 + 2·6. */
const NUM_WEIGHTS = 420;

/** Weights that binary16 holds exactly, no two alike: eighths counted through the whole file. */
function eighths(): EncoderWeights {
  const shapes = encoderShapes(CONFIG);
  let next = -100;
  const weights = {} as Record<EncoderTensor, Float32Array>;
  for (const name of ENCODER_TENSORS) {
    const size = shapes[name].reduce((product, length) => product * length, 1);
    weights[name] = Float32Array.from({ length: size }, () => next++ / 8);
  }
  return weights;
}

describe('the encoder file', () => {
  test('holds two bytes a weight, tensors in their stated order with nothing between', () => {
    const bytes = encodeEncoder(eighths(), CONFIG);
    expect(bytes.length).toBe(2 * NUM_WEIGHTS);
    expect([...new Float16Array(alignedCopy(bytes))]).toEqual(
      Array.from({ length: NUM_WEIGHTS }, (_, at) => (at - 100) / 8),
    );
  });

  test('comes back as the tensors it was written from', () => {
    expect(parseEncoder(alignedCopy(encodeEncoder(eighths(), CONFIG)), CONFIG)).toEqual(eighths());
  });

  test('rounds weights to the nearest binary16', () => {
    const weights = { ...eighths(), gaps: Float32Array.from({ length: 60 }, (_, at) => Math.sin(at) / 3) };
    const { gaps } = parseEncoder(alignedCopy(encodeEncoder(weights, CONFIG)), CONFIG);
    expect([...gaps]).toEqual([...weights.gaps].map(Math.f16round));
  });

  test.each([2 * NUM_WEIGHTS - 2, 2 * NUM_WEIGHTS + 2, 2 * NUM_WEIGHTS - 1, 0])(
    'is refused with %d bytes',
    (length) => {
      expect(() => parseEncoder(new ArrayBuffer(length), CONFIG)).toThrow(
        expect.objectContaining({ code: 'encoder-invalid' }),
      );
    },
  );

  test.each([
    ['wider items', { ...CONFIG, dim: 8 }],
    ['more heads', { ...CONFIG, numHeads: 3 }],
    ['a wider hidden layer', { ...CONFIG, hiddenDim: 12 }],
    ['longer sessions', { ...CONFIG, maxEvents: 8 }],
  ])('is refused by a model with %s', (_, config) => {
    const bytes = alignedCopy(encodeEncoder(eighths(), CONFIG));
    expect(() => parseEncoder(bytes, config)).toThrow(expect.objectContaining({ code: 'encoder-invalid' }));
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -70_000])('is refused with the weight %d', (weight) => {
    const weights = { ...eighths(), shrinkBias: Float32Array.of(2, 3, 4, weight, 5, 6) };
    const bytes = alignedCopy(encodeEncoder(weights, CONFIG));
    expect(() => parseEncoder(bytes, CONFIG)).toThrow(expect.objectContaining({ code: 'encoder-invalid' }));
  });

  test.each(ENCODER_TENSORS)('is not written when a weight of %s is missing', (name) => {
    const weights = { ...eighths(), [name]: eighths()[name].slice(1) };
    expect(() => encodeEncoder(weights, CONFIG)).toThrow(RangeError);
  });
});
