import { describe, expect, test } from 'vitest';
import { EVENT_DECAY, neighborScores } from '#model/neighbor-scores.ts';
import { randomModel } from './random-model.ts';

const MODEL = randomModel(301);

/** For each item: every entry of every event's list that names it, decayed by the event's age. */
function slowScores(rows: readonly number[]): number[] {
  const { offsets, rows: neighbors, weights } = MODEL.neighbors;
  return Array.from({ length: MODEL.config.numItems }, (_, item) => {
    let score = 0;
    rows.forEach((row, t) => {
      const age = rows.length - 1 - t;
      for (let entry = offsets[row] as number; entry < (offsets[row + 1] as number); entry++) {
        if (neighbors[entry] === item) score += (EVENT_DECAY ** age * (weights[entry] as number)) / 255;
      }
    });
    return score;
  });
}

describe('neighbor scores', () => {
  test.each([
    ['one event', [6]],
    ['several events', [3, 17, 4, 9]],
    ['an item looked at again and again', [5, 5, 8, 5]],
    ['a long history', Array.from({ length: 60 }, (_, t) => (7 * t) % 23)],
  ])('of %s are the decayed sums of the lists', (_, rows) => {
    const scores = neighborScores(MODEL, Uint32Array.from(rows));
    expect([...scores]).toEqual(slowScores(rows).map((score) => expect.closeTo(score, 5)));
  });

  test('count the latest event in full and the one before it at 0.85', () => {
    const model = {
      config: { ...MODEL.config, numItems: 3 },
      neighbors: { offsets: Uint32Array.of(0, 1, 2, 2), rows: Uint32Array.of(2, 2), weights: Uint8Array.of(51, 204) },
    };
    const scoreOf = (...rows: number[]) => neighborScores(model, Uint32Array.from(rows))[2];
    expect(scoreOf(0)).toBeCloseTo(0.2, 6);
    expect(scoreOf(0, 1)).toBeCloseTo(0.8 + 0.85 * 0.2, 6);
    expect(scoreOf(1, 0)).toBeCloseTo(0.2 + 0.85 * 0.8, 6);
  });

  test('of no events are all 0', () => {
    expect(neighborScores(MODEL, new Uint32Array())).toEqual(new Float32Array(23));
  });
});
