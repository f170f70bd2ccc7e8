import { parentPort, workerData } from 'node:worker_threads';
import { playDevices, type ThreadData } from './device-job.ts';
import { rankJob } from './rank-job.ts';
import type { ThreadJob, ThreadMessage } from './simulation-threads.ts';

// A thread of `simulation-threads.ts`: does one job after the other, until it is terminated.

const PROGRESS_STEP = 50;

const data = workerData as ThreadData;
const port = parentPort;
if (port === null) throw new Error('expected to run as a thread, got the main one');
const say = (message: ThreadMessage) => port.postMessage(message);
port.on('message', async (job: ThreadJob) => {
  let unsaid = 0;
  const onOne = (): void => {
    unsaid++;
    if (unsaid < PROGRESS_STEP) return;
    say({ kind: 'progress', count: unsaid });
    unsaid = 0;
  };
  const result =
    'devices' in job ? await playDevices(job, { ...data, onDevice: onOne }) : rankJob(job, { ...data, onCase: onOne });
  say({ kind: 'progress', count: unsaid });
  say({ kind: 'done', result });
});
