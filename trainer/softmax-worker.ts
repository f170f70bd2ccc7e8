import { workerData } from 'node:worker_threads';
import * as v from 'valibot';
import { JOB_WORDS, SoftmaxThread } from './softmax-job.ts';

// A helper thread of `softmax-threads.ts`: waits for the next job, works on it, waits again, until it is
// terminated.

const { memory, index } = v.parse(v.object({ memory: v.instance(WebAssembly.Memory), index: v.number() }), workerData);
const thread = new SoftmaxThread(memory, index);
const generationWord = JOB_WORDS.indexOf('generation');
for (let generation = 0; ; generation = thread.get('generation')) {
  Atomics.wait(thread.words, generationWord, generation);
  thread.takeChunks();
}
