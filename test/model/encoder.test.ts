import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeSession } from '#model/encoder.ts';
import { dequantizeRow, type ItemTable } from '#model/item-table.ts';
import type { Model } from '#model/model.ts';
import { ENCODER_TENSORS, encoderShapes, NUM_GAP_BUCKETS } from '#protocol/encoder-file.ts';
import { ITEM_EVENT_KINDS } from '#protocol/event.ts';
import { startBackend } from '#trainer/backend.ts';
import { Network, type SequenceBatch } from '#trainer/network.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import { randomEncoder, randomModel } from './random-model.ts';

interface Events {
  readonly rows: Uint32Array;
  readonly kinds: Uint8Array;
  readonly gaps: Uint8Array;
}

const SIZES = { numItems: 40, dim: 16, numHeads: 2, hiddenDim: 20, maxEvents: 12, numGroups: 40 };

function randomEvents(length: number, random: Random): Events {
  const below = (end: number) => () => Math.floor(random() * end);
  return {
    rows: Uint32Array.from({ length }, below(SIZES.numItems)),
    kinds: Uint8Array.from({ length }, below(ITEM_EVENT_KINDS.length)),
    gaps: Uint8Array.from({ length }, below(NUM_GAP_BUCKETS)),
  };
}

function firstOf({ rows, kinds, gaps }: Events, length: number): Events {
  return { rows: rows.slice(0, length), kinds: kinds.slice(0, length), gaps: gaps.slice(0, length) };
}

/** Events as the trainer's network takes them, padded at the front to `numSteps`. */
function batchOf({ rows, kinds, gaps }: Events, numSteps: number): SequenceBatch {
  const padding = numSteps - rows.length;
  const oneHot = (values: Uint8Array, width: number) => {
    const flags = new Float32Array(numSteps * width);
    values.forEach((value, t) => {
      flags[(padding + t) * width + value] = 1;
    });
    return tf.tensor3d(flags, [1, numSteps, width]);
  };
  return {
    rows: tf.tensor2d([...new Array<number>(padding).fill(0), ...rows], [1, numSteps], 'int32'),
    kinds: oneHot(kinds, ITEM_EVENT_KINDS.length),
    gaps: oneHot(gaps, NUM_GAP_BUCKETS),
    isEvent: tf.tensor2d(
      Array.from({ length: numSteps }, (_, t) => (t < padding ? 0 : 1)),
      [1, numSteps],
    ),
  };
}

/** The vectors that a device reads, `[N, D]`. */
function vectorsOf(items: ItemTable): tf.Tensor2D {
  const vectors = new Float32Array(items.numItems * items.dim);
  for (let row = 0; row < items.numItems; row++) dequantizeRow(items, row, vectors, row * items.dim);
  return tf.tensor2d(vectors, [items.numItems, items.dim]);
}

/** The model with everything that an event is read as multiplied. */
function scaledInputs(model: Model, factor: number): Model {
  const { items, encoder } = model;
  const scaled = (values: Float32Array) => values.map((value) => factor * value);
  return {
    ...model,
    items: { ...items, scales: scaled(items.scales) },
    encoder: { ...encoder, eventKinds: scaled(encoder.eventKinds), gaps: scaled(encoder.gaps) },
  };
}

/** A network whose item vectors are nothing to its encoder: those of the device are put in. */
function newNetwork(sizes: typeof SIZES, random: Random): Network {
  const { numItems, dim } = sizes;
  return new Network(
    { ...sizes, textDim: 3 },
    {
      textFeatures: new Float32Array(3 * numItems),
      mayHaveDelta: Array(numItems).fill(true),
      graph: { offsets: new Uint32Array(numItems + 1), columns: new Uint32Array(), weights: new Float32Array() },
      firstVectors: new Float32Array(numItems * dim),
      random,
    },
  );
}

/** The trainer's session vector at every position, `[numSteps][D]`. */
function trainerSessions(network: Network, model: Model, events: Events, numSteps: number): number[][] {
  const { numTensors } = tf.memory();
  const sessions = tf.tidy(() => {
    const encoded = network.encode(batchOf(events, numSteps), vectorsOf(model.items));
    expect(encoded.shape).toEqual([numSteps, SIZES.dim]);
    return encoded.arraySync();
  });
  expect(tf.memory().numTensors).toBe(numTensors);
  return sessions;
}

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(expected.length);
  const farthest = Math.max(...Array.from(got, (value, d) => Math.abs(value - (expected[d] as number))));
  expect(farthest).toBeLessThan(tolerance);
}

beforeAll(async () => {
  await startBackend();
});

describe.each([
  [2, 'ordinary', 1.25],
  [4, 'ordinary', 1.25],
  [2, 'faint', 2e-3], // their variance is below the layer norm's epsilon
])('with %d heads and %s inputs, the session vector of the device', (numHeads, _, height) => {
  const config = { ...SIZES, numHeads };
  const random = seededRandom(400 + numHeads);
  const events = randomEvents(SIZES.maxEvents, random);
  let network: Network;
  let model: Model;

  beforeEach(async () => {
    const base = scaledInputs(randomModel(410 + numHeads, config), height);
    network = newNetwork(config, random);
    const shapes = encoderShapes(config);
    for (const name of ENCODER_TENSORS) {
      tf.tidy(() => network.encoder[name].assign(tf.tensor(base.encoder[name], [...shapes[name]])));
    }
    model = { ...base, encoder: await network.readEncoder() };
  });
  afterEach(() => network.dispose());

  test.each([1, 2, 3, 7, 12])('is the one that the trainer computes, of %d events padded in front', (numEvents) => {
    const history = firstOf(events, numEvents);
    const sessions = trainerSessions(network, model, history, SIZES.maxEvents);
    expectClose(encodeSession(history, model), sessions.at(-1) ?? [], 1e-4);
  });

  test('is the one that the trainer computes at every position of one sequence', () => {
    const sessions = trainerSessions(network, model, events, SIZES.maxEvents);
    for (let length = 1; length <= SIZES.maxEvents; length++) {
      expectClose(encodeSession(firstOf(events, length), model), sessions[length - 1] ?? [], 1e-4);
    }
  });
});

test('a later event changes no earlier position of the network', () => {
  const random = seededRandom(431);
  const model = randomModel(432, SIZES);
  const network = newNetwork(SIZES, random);
  const events = randomEvents(9, random);
  const whole = trainerSessions(network, model, events, 9);
  const cut = trainerSessions(network, model, firstOf(events, 6), 6);
  cut.forEach((session, t) => {
    expectClose(session, whole[t] ?? [], 1e-6);
  });
  network.dispose();
});

describe('the session vector', () => {
  const model = randomModel(441, SIZES);
  const events = randomEvents(8, seededRandom(442));
  const session = encodeSession(events, model);
  const distanceTo = (other: Float32Array) => Math.hypot(...other.map((value, d) => value - (session[d] as number)));

  test.each(ENCODER_TENSORS)('depends on the weights of %s', (name) => {
    const others = randomEncoder(SIZES, seededRandom(443));
    const encoder = { ...model.encoder, [name]: others[name] };
    expect(distanceTo(encodeSession(events, { ...model, encoder }))).toBeGreaterThan(1e-2);
  });

  test.each(['rows', 'kinds', 'gaps'] as const)('depends on the %s of the first event', (field) => {
    const changed = { ...events, [field]: events[field].with(0, ((events[field][0] as number) + 3) % 5) };
    expect(distanceTo(encodeSession(changed, model))).toBeGreaterThan(1e-3);
  });

  test('depends on the order of the events', () => {
    const turned = { ...events, rows: events.rows.with(2, events.rows[3] as number).with(3, events.rows[2] as number) };
    expect(distanceTo(encodeSession(turned, model))).toBeGreaterThan(1e-3);
  });

  test.each([0, 13])('is refused for %d events', (numEvents) => {
    expect(() => encodeSession(randomEvents(numEvents, seededRandom(444)), model)).toThrow(
      `expected 1–12 events, got ${numEvents}`,
    );
  });
});
