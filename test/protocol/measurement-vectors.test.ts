import { expect, test } from 'vitest';
import vectors from '../vectors/measurements.json' with { type: 'json' };
import { type MeasurementVectors, makeMeasurementVectors, measure } from './measurement-vectors.ts';

test('the published vectors of what devices measure come out as they are written', async () => {
  expect(await measure(vectors as unknown as MeasurementVectors)).toEqual(vectors);
});

test('made anew they are the same', async () => {
  expect(await makeMeasurementVectors()).toEqual(vectors);
});

test('they have what is easily got wrong: more examples than are learned from, items in one bucket, capped counts', () => {
  const { history, modelUpdate, metrics, popularity, shadowEval, rounding, files } = vectors;
  expect(history.filter(({ kind }) => kind !== 'impression' && kind !== 'search').length).toBeGreaterThan(22);
  expect(modelUpdate.examples).toHaveLength(2 * 20);
  expect(Math.hypot(...modelUpdate.update)).toBeCloseTo(modelUpdate.task.clipNorm, 4);
  expect(metrics.measurement).toContain(metrics.task.vdaf.maxMeasurement);
  expect(popularity.measurement.reduce((sum, one) => sum + one)).toBeLessThan(popularity.task.vdaf.maxWeight);
  expect(Math.floor(shadowEval.measurement / 5)).not.toBe(shadowEval.measurement % 5);
  expect(new Set(Object.values(shadowEval.cells)).size).toBeGreaterThan(6);
  expect(Math.max(...files.neighbors.lists.flat().map(([row = 0]) => row))).toBe(files.neighbors.numItems - 1);
  expect(files.codes.at(-1)?.rows.values.every((value) => value === 0)).toBe(true);
  for (const { measurement } of rounding) expect(Math.hypot(...measurement)).toBeLessThanOrEqual(2 ** 15);
});
