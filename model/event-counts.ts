import type { ShopEvent } from '#protocol/event.ts';
import { METRICS_EVENT_KINDS, type TaskOf } from '#protocol/task.ts';

/**
 * What a device tells a `metrics` task: its events of the window, counted by kind.
 *
 * @param events In any order.
 * @returns In the order of `METRICS_EVENT_KINDS`, each in 0…`maxMeasurement`.
 */
export function eventCounts(
  events: readonly ShopEvent[],
  {
    task: { windowMs, vdaf },
    nowMs,
  }: { readonly task: Pick<TaskOf<'metrics'>, 'windowMs' | 'vdaf'>; readonly nowMs: number },
): number[] {
  const recent = events.filter(({ atMs }) => nowMs - atMs < windowMs);
  return METRICS_EVENT_KINDS.map((kind) =>
    Math.min(vdaf.maxMeasurement, recent.filter((event) => event.kind === kind).length),
  );
}
