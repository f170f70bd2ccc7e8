import { gzip } from '#protocol/gzip.ts';
import { encodeModel, type TrainedModel } from '#trainer/trained-model.ts';

/** Bytes on the wire of the files that a round changes: a device has the others already. */
export async function bytesOfItems(trained: TrainedModel): Promise<number> {
  let sum = 0;
  for (const { kind, bytes } of encodeModel(trained)) {
    if (kind === 'items') sum += (await gzip(new Uint8Array(bytes))).length;
  }
  return sum;
}
