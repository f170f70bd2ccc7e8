import type { FillRandom } from '#privacy/random.ts';
import { openXofTurboShake128 } from '#privacy/xof-turbo-shake128.ts';
import { utf8 } from '#protocol/bytes.ts';
import { sha256 } from '#protocol/digest.ts';

/** Random bytes that are the same in every run, another stream for every `label`. */
export async function seededRandom(label: string): Promise<FillRandom> {
  const xof = openXofTurboShake128({ seed: await sha256(utf8(label)), dst: utf8('test'), binder: utf8('') });
  return (out) => out.set(xof.next(out.length));
}

/** Uniform numbers in [0, 1) from the same kind of stream. */
export async function seededUniform(label: string): Promise<() => number> {
  const random = await seededRandom(label);
  const word = new Uint32Array(1);
  return () => {
    random(new Uint8Array(word.buffer));
    return (word[0] as number) / 2 ** 32;
  };
}
