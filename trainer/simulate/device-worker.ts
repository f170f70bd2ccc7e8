import { parentPort, workerData } from 'node:worker_threads';
import { type DeviceJob, type PoolData, playDevices } from './device-job.ts';
import type { PoolMessage } from './device-pool.ts';

// A thread of `device-pool.ts`: plays the devices of one job after the other, until it is terminated.

const PROGRESS_STEP = 50;

const data = workerData as PoolData;
const port = parentPort;
if (port === null) throw new Error('expected to run as a thread, got the main one');
const say = (message: PoolMessage) => port.postMessage(message);
port.on('message', async (job: DeviceJob) => {
  let unsaid = 0;
  const onDevice = (): void => {
    unsaid++;
    if (unsaid < PROGRESS_STEP) return;
    say({ kind: 'devices', count: unsaid });
    unsaid = 0;
  };
  const result = await playDevices(job, { ...data, onDevice });
  say({ kind: 'devices', count: unsaid });
  say({ kind: 'done', result });
});
