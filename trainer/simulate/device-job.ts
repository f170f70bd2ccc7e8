import { PRIO3_VERIFY_KERNEL_BASE64 } from '#generated/prio3-verify-kernel.ts';
import { plainScores } from '#model/dense-scores.ts';
import { type ModelFile, parseModel } from '#model/model.ts';
import { createSum } from '#privacy/aggregate.ts';
import { histogram } from '#privacy/prio3/circuits.ts';
import { compileShardModule } from '#privacy/prio3/shard-module.ts';
import { createPrio3Sharder, createPrio3Verifier } from '#privacy/prio3/two-parties.ts';
import { vdafShape } from '#privacy/task-vdaf.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId, TaskId } from '#protocol/ids.ts';
import type { ModelConfig } from '#protocol/manifest.ts';
import type { Dataset } from '#trainer/dataset.ts';
import { rowLookup } from '#trainer/device-recommender.ts';
import { seededBytes } from './seeded-bytes.ts';
import {
  compareModels,
  type PartySums,
  type ReportPlace,
  type SimulatedTask,
  type SimulatedTrial,
  takePart,
} from './simulated-device.ts';

/** Devices whose WebCrypto calls may wait for each other. */
const AT_ONCE = 16;

/** What threads are started with. */
export interface ThreadData {
  /** Of devices, oldest event first, in JSON: events by the hundred thousand make every garbage collection slow. */
  readonly histories: readonly string[];
  readonly items: Dataset['items'];
  /** In JSON as well, each a `Question`. */
  readonly questions: Readonly<Record<QuestionSet, readonly string[]>>;
}

/** What models are asked: the test, or what customers held out of all learning judge by. */
export type QuestionSet = 'test' | 'judging';

/** A model as devices get it. */
export interface OfferedModel {
  readonly config: ModelConfig;
  readonly files: readonly ModelFile[];
}

/** One round as a thread hears of it: what the edge would offer to every device. */
export interface OfferedRound {
  readonly taskId: TaskId;
  readonly current: OfferedModel;
  /** A trial comes with the model to try. */
  readonly offer:
    | { readonly task: SimulatedTask }
    | { readonly task: SimulatedTrial; readonly candidate: OfferedModel };
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
  { devices, round }: DeviceJob,
  { histories, items, onDevice }: Pick<ThreadData, 'histories' | 'items'> & { readonly onDevice: () => void },
): Promise<DeviceJobResult> {
  const startedUs = cpuUs();
  const { taskId } = round;
  const playOne = await playerOf(round, rowLookup(items));
  const shape = vdafShape(round.offer.task.vdaf);
  const sums = { leader: createSum(shape), helper: createSum(shape) };
  const play = async (device: number): Promise<void> => {
    const history = histories[device];
    if (history === undefined) throw new RangeError(`expected a device below ${histories.length}, got ${device}`);
    const events = JSON.parse(history) as ShopEvent[];
    const random = seededBytes(`${taskId} device ${device}`);
    await playOne(events, { taskId, sums, random });
    onDevice();
  };
  for (let next = 0; next < devices.length; next += AT_ONCE) {
    await Promise.all(devices.slice(next, next + AT_ONCE).map(play));
  }
  return { sums, cpuMs: (cpuUs() - startedUs) / 1000 };
}

/** What one device does in a round. */
async function playerOf(
  { current, offer }: OfferedRound,
  rowOf: (id: ItemId) => number | undefined,
): Promise<(events: readonly ShopEvent[], place: ReportPlace) => Promise<void>> {
  const model = parseModel(current.config, current.files);
  if (!('candidate' in offer)) {
    const scoreAll = plainScores(model.items);
    return (events, place) => takePart(events, { model, scoreAll, rowOf, task: offer.task, ...place });
  }
  const { candidate, task } = offer;
  const { length, chunkLength } = task.vdaf;
  const circuit = histogram(length, chunkLength);
  const verifyModule = await WebAssembly.compile(Buffer.from(PRIO3_VERIFY_KERNEL_BASE64, 'base64'));
  const sides = {
    sharder: createPrio3Sharder(circuit, await compileShardModule()),
    verifier: createPrio3Verifier(circuit, verifyModule),
  };
  const models = {
    current: { model, rowOf },
    candidate: { model: parseModel(candidate.config, candidate.files), rowOf },
  };
  return (events, place) => compareModels(events, { ...models, sides, ...place });
}

function cpuUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
