import { type Bytes, concatBytes } from '#protocol/bytes.ts';
import { checkXofInput, type Xof, type XofInput } from './xof.ts';

const BLOCK_BYTES = 16;

/**
 * Starts the XOF that is a cipher keyed by a MAC: XofHmacSha256Aes128.
 *
 * Both are WebCrypto's own, so that a share of 40 kB takes a fraction of a millisecond and the
 * device loads no code for it. It fits the VDAF draft's interface but is not in the draft: libprio
 * defines it.
 *
 *     key ‖ iv = HMAC-SHA256(seed, u8 dst.length ‖ dst ‖ binder), 16 bytes each
 *     stream   = AES-128-CTR(key, iv) of zeros, counting in the last 64 bits, big-endian
 *
 * Source: divviup/libprio-rs `src/vdaf/xof.rs` at 16f30b73be22.
 *
 * @throws {RangeError} If the seed or the tag has another length than {@link XofInput} says.
 */
export async function openXofHmacSha256Aes128(input: XofInput): Promise<Xof> {
  checkXofInput(input);
  const { seed, dst, binder } = input;
  const macKey = await crypto.subtle.importKey('raw', seed, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const message = concatBytes(new Uint8Array([dst.length]), dst, binder);
  const tag = new Uint8Array(await crypto.subtle.sign('HMAC', macKey, message));
  const key = await crypto.subtle.importKey('raw', tag.slice(0, BLOCK_BYTES), 'AES-CTR', false, ['encrypt']);
  const iv = tag.slice(BLOCK_BYTES);

  let position = 0;
  return {
    async next(numBytes: number): Promise<Bytes> {
      const start = position;
      position += numBytes;
      const skipped = start % BLOCK_BYTES;
      const counter = counterAfter(iv, (start - skipped) / BLOCK_BYTES);
      const zeros = new Uint8Array(skipped + numBytes);
      const stream = await crypto.subtle.encrypt({ name: 'AES-CTR', counter, length: 64 }, key, zeros);
      return new Uint8Array(stream, skipped);
    },
  };
}

/** The counter block `numBlocks` after `iv`: its last 64 bits wrap around, its first 64 stay. */
function counterAfter(iv: Bytes, numBlocks: number): Bytes {
  const counter = iv.slice();
  const view = new DataView(counter.buffer);
  view.setBigUint64(8, view.getBigUint64(8) + BigInt(numBlocks));
  return counter;
}
