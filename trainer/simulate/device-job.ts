import type { ModelFile } from '#model/model.ts';
import { parseModel } from '#model/model.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { TaskId } from '#protocol/ids.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import { createDenseScorer } from '#trainer/dense-scorer.ts';
import { rowLookup } from '#trainer/device-recommender.ts';
import type { Dataset } from '#trainer/dataset.ts';
import { seededBytes } from './seeded-bytes.ts';
import { type PartySums, type SimulatedTask, takePart } from './simulated-device.ts';

/** One round as a thread hears of it: what the edge would offer to every device. */
export interface OfferedRound {
  readonly config: ModelConfig;
  readonly files: readonly ModelFile[];
  readonly task: SimulatedTask;
  readonly taskId: TaskId;
}

/** Devices of a round that one thread plays. */
export interface DeviceJob {
  /** Their numbers. */
  readonly devices: readonly number[];
  readonly round: OfferedRound;
}

export interface DeviceJobResult {
  readonly sums: PartySums;
  /** Processor time of this thread. */
  readonly cpuMs: number;
}

/**
 * Plays devices one after the other, each with what it draws from its own seed, so that how they are spread
 * over threads changes nothing.
 *
 * @param onDevice Told after each.
 */
export async function playDevices(
  { devices, round: { config, files, task, taskId } }: DeviceJob,
  {
    histories,
    items,
    onDevice,
  }: {
    readonly histories: readonly (readonly ShopEvent[])[];
    readonly items: Dataset['items'];
    readonly onDevice: () => void;
  },
): Promise<DeviceJobResult> {
  const startedUs = cpuUs();
  const model = parseModel(config, files);
  const scoreAll = createDenseScorer(model.items);
  const rowOf = rowLookup(items);
  const sums = { leader: new Uint32Array(task.numParams), helper: new Uint32Array(task.numParams) };
  for (const device of devices) {
    const events = histories[device];
    if (events === undefined) throw new RangeError(`expected a device below ${histories.length}, got ${device}`);
    const random = seededBytes(`${taskId} device ${device}`);
    await takePart(events, { model, scoreAll, rowOf, task, taskId, sums, random });
    onDevice();
  }
  return { sums, cpuMs: (cpuUs() - startedUs) / 1000 };
}

function cpuUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
