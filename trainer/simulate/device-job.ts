import type { ModelFile } from '#model/model.ts';
import { parseModel } from '#model/model.ts';
import { createSum } from '#privacy/aggregate.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { TaskId } from '#protocol/ids.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import type { Dataset } from '#trainer/dataset.ts';
import { createDenseScorer } from '#trainer/dense-scorer.ts';
import { rowLookup } from '#trainer/device-recommender.ts';
import { seededBytes } from './seeded-bytes.ts';
import { type PartySums, type SimulatedTask, takePart } from './simulated-device.ts';

/** Devices whose WebCrypto calls may wait for each other. */
const AT_ONCE = 16;

/** What threads are started with. */
export interface PoolData {
  /** Of devices, oldest event first, in JSON: events by the hundred thousand make every garbage collection slow. */
  readonly histories: readonly string[];
  readonly items: Dataset['items'];
}

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
  /** Processor time of the devices. */
  readonly cpuMs: number;
}

/**
 * Plays devices, each with what it draws from its own seed, so that how they are spread
 * over threads changes nothing.
 *
 * @param onDevice Told after each.
 */
export async function playDevices(
  { devices, round: { config, files, task, taskId } }: DeviceJob,
  { histories, items, onDevice }: PoolData & { readonly onDevice: () => void },
): Promise<DeviceJobResult> {
  const startedUs = cpuUs();
  const model = parseModel(config, files);
  const scoreAll = createDenseScorer(model.items);
  const rowOf = rowLookup(items);
  const shape = vdafShape(task.vdaf);
  const sums = { leader: createSum(shape), helper: createSum(shape) };
  const play = async (device: number): Promise<void> => {
    const history = histories[device];
    if (history === undefined) throw new RangeError(`expected a device below ${histories.length}, got ${device}`);
    const events = JSON.parse(history) as ShopEvent[];
    const random = seededBytes(`${taskId} device ${device}`);
    await takePart(events, { model, scoreAll, rowOf, task, taskId, sums, random });
    onDevice();
  };
  for (let next = 0; next < devices.length; next += AT_ONCE) {
    await Promise.all(devices.slice(next, next + AT_ONCE).map(play));
  }
  return { sums, cpuMs: (cpuUs() - startedUs) / 1000 };
}

function cpuUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
