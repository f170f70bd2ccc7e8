import { workerData } from 'node:worker_threads';
import { JOB_WORDS, SoftmaxThread } from '#trainer/softmax-job.ts';

// A helper thread that takes a part of the first job and ends without doing it.

const { memory, index } = workerData as { memory: WebAssembly.Memory; index: number };
const { words } = new SoftmaxThread(memory, index);
Atomics.wait(words, JOB_WORDS.indexOf('generation'), 0);
Atomics.add(words, JOB_WORDS.indexOf('nextChunk'), 1);
