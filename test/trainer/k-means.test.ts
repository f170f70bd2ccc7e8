import { describe, expect, test } from 'vitest';
import { findCenters, findNearest } from '#trainer/k-means.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { spread } from '../model/random-model.ts';

const WIDTH = 3;

function pointsOf(values: Float32Array) {
  return { values, width: WIDTH };
}

function squaredDistance(a: Float32Array, i: number, b: Float32Array, j: number): number {
  return [0, 1, 2].reduce((sum, d) => sum + ((a[i * WIDTH + d] as number) - (b[j * WIDTH + d] as number)) ** 2, 0);
}

test('the nearest center is the one that a search by the definition finds, with its squared distance', () => {
  const points = spread(500 * WIDTH, 2.5, seededRandom(81));
  const centers = spread(16 * WIDTH, 2.5, seededRandom(82));
  const { nearest, distances } = findNearest(pointsOf(points), pointsOf(centers));
  for (let i = 0; i < 500; i++) {
    const all = Array.from({ length: 16 }, (_, center) => squaredDistance(points, i, centers, center));
    expect(nearest[i]).toBe(all.indexOf(Math.min(...all)));
    expect(distances[i]).toBeCloseTo(Math.min(...all), 4);
  }
});

describe('the centers that k-means finds', () => {
  const distanceLeft = (values: Float32Array, count: number, seed: number): number => {
    const { distances } = findNearest(pointsOf(values), findCenters(pointsOf(values), count, seededRandom(seed)));
    return distances.reduce((sum, distance) => sum + distance, 0);
  };

  test('are the middles of clusters that stand apart', () => {
    const middles = spread(20 * WIDTH, 50, seededRandom(83));
    const random = seededRandom(84);
    const points = Float32Array.from(
      { length: 400 * WIDTH },
      (_, i) => (middles[(Math.floor(i / WIDTH) % 20) * WIDTH + (i % WIDTH)] as number) + random() - 0.5,
    );
    const centers = findCenters(pointsOf(points), 20, seededRandom(85)).values;
    const { distances } = findNearest(pointsOf(middles), pointsOf(centers));
    for (const distance of distances) expect(distance).toBeLessThan(0.1);
  });

  test('are fewer than the points and leave each as close as the mean of its own', () => {
    const points = spread(600 * WIDTH, 2.5, seededRandom(86));
    const centers = findCenters(pointsOf(points), 8, seededRandom(87)).values;
    const { nearest } = findNearest(pointsOf(points), pointsOf(centers));
    for (let center = 0; center < 8; center++) {
      const own = [...nearest.keys()].filter((i) => nearest[i] === center);
      expect(own.length).toBeGreaterThan(20);
      for (let d = 0; d < WIDTH; d++) {
        const mean = own.reduce((sum, i) => sum + (points[i * WIDTH + d] as number), 0) / own.length;
        expect(Math.abs(mean - (centers[center * WIDTH + d] as number))).toBeLessThan(0.25); // ended by its passes
      }
    }
  });

  test.each([
    ['as many as the points', 16],
    ['more than the points', 64],
  ])('leave nothing where they are %s', (_, count) => {
    expect(distanceLeft(spread(16 * WIDTH, 2.5, seededRandom(88)), count, 89)).toBeLessThan(1e-4);
  });

  test('leave nothing of points that lie in a few places only', () => {
    const places = spread(5 * WIDTH, 2.5, seededRandom(90));
    const points = Float32Array.from({ length: 300 * WIDTH }, (_, i) => places[i % (5 * WIDTH)] as number);
    expect(distanceLeft(points, 12, 91)).toBeLessThan(1e-3);
  });

  test('are the same for the same seed', () => {
    const points = pointsOf(spread(600 * WIDTH, 2.5, seededRandom(92)));
    expect(findCenters(points, 8, seededRandom(93))).toEqual(findCenters(points, 8, seededRandom(93)));
    expect(findCenters(points, 8, seededRandom(93))).not.toEqual(findCenters(points, 8, seededRandom(94)));
  });
});
