import { sumVec } from '#privacy/prio3/circuits.ts';
import { createPrio3Shard } from '#privacy/prio3/shard.ts';
import { compileShardModule } from '#privacy/prio3/shard-module.ts';
import { type Bytes, fromHex, toHex } from '#protocol/bytes.ts';
import vector from '../../vectors/vdaf/Prio3SumVec_1.json' with { type: 'json' };

/** Runs in a Worker of a real browser and posts each report of the vector, in hexadecimal. */
async function postReports(): Promise<void> {
  const circuit = sumVec(vector.length, vector.max_measurement, vector.chunk_length);
  const shard = createPrio3Shard(circuit, await compileShardModule(), vector.shares);
  const reports = vector.reports.map(({ measurement, nonce, rand }) => {
    const random = (out: Bytes) => out.set(fromHex(rand));
    const made = shard(measurement, { ctx: fromHex(vector.ctx), nonce: fromHex(nonce), random });
    return [toHex(made.publicShare), ...made.inputShares.map(toHex)];
  });
  self.postMessage(reports);
}

postReports().catch((error) => self.postMessage(String(error)));
