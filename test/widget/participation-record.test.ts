import { expect, test } from 'vitest';
import type { TaskId } from '#protocol/ids.ts';
import { MAX_PARTICIPATIONS, type TaskKind } from '#protocol/task.ts';
import { latestIn, mayTakePart, type ParticipationRecord, withParticipation } from '#widget/participation-record.ts';
import { NOTHING_SPENT } from '#widget/privacy-spent.ts';

const EMPTY: ParticipationRecord = {
  format: 2,
  startedAtMs: 0,
  participations: [],
  inverseVariances: 0,
  spent: NOTHING_SPENT,
};

function after(record: ParticipationRecord, kind: TaskKind, count: number, fromMs: number): ParticipationRecord {
  let latest = record;
  for (let i = 0; i < count; i++) {
    const taskId = `${kind} ${fromMs + i}` as TaskId;
    latest = withParticipation(latest, { taskId, kind, atMs: fromMs + i, noiseMultiplier: 2, spent: NOTHING_SPENT });
  }
  return latest;
}

test('participations in other kinds, however many, push none out that counts', () => {
  const twice = after(EMPTY, 'model-update', 2, 1000);
  const record = after(after(twice, 'metrics', 900, 2000), 'popularity', 900, 3000);
  const task = { kind: 'model-update', minSeparationMs: 1, maxParticipations: 2, privacyWindowMs: 100_000 } as const;
  const at = { taskId: 'next' as TaskId, nowMs: 9000 };
  expect(mayTakePart(record, { ...at, task })).toBe(false);
  expect(mayTakePart(record, { ...at, task: { ...task, maxParticipations: 3 } })).toBe(true);
  expect(record.inverseVariances).toBeCloseTo(1802 / 4, 9);
});

test('of one kind as many stay as any task counts, the latest', () => {
  const record = after(EMPTY, 'metrics', MAX_PARTICIPATIONS + 3, 1000);
  expect(record.participations.map(({ atMs }) => atMs)).toEqual(
    Array.from({ length: MAX_PARTICIPATIONS }, (_, i) => 1003 + i),
  );
});

test('the latest participation of a kind is found among others', () => {
  const record = after(after(after(EMPTY, 'model-update', 3, 1000), 'shadow-eval', 2, 5000), 'metrics', 4, 8000);
  expect(latestIn(record, 'model-update')).toBe(1002);
  expect(latestIn(record, 'popularity')).toBeUndefined();
});
