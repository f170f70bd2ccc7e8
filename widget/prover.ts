import type { Circuit } from '#privacy/prio3/circuit.ts';
import { compileShardModule } from '#privacy/prio3/shard-module.ts';
import { createPrio3Sharder } from '#privacy/prio3/two-parties.ts';
import { circuitOf } from '#privacy/task-circuit.ts';
import type { SharedMeasurement } from '#privacy/vdaf.ts';
import type { FromProver, ProvedMeasurement, ToProver } from './prover-messages.ts';

// The learner's own Worker: only tasks that ask for proofs fetch it.

self.addEventListener('message', ({ data }: MessageEvent<ToProver>) => {
  prove(data)
    .then((shares): FromProver => ({ kind: 'shares', shares }))
    .catch((): FromProver => ({ kind: 'failed' }))
    .then((message) => self.postMessage(message));
});

async function prove({ vdaf, measurement, ctx, nonce }: ToProver): Promise<SharedMeasurement> {
  const circuit = circuitOf(vdaf) as Circuit<ProvedMeasurement>; // which checks what it is given
  return createPrio3Sharder(circuit, await compileShardModule()).shard(measurement, { ctx, nonce });
}
