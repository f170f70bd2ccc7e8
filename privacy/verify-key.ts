import { type Bytes, byteTaker, concatBytes, fromHex, utf8 } from '#protocol/bytes.ts';
import { ProtocolError } from '#protocol/errors.ts';
import type { TaskId } from '#protocol/ids.ts';
import { HPKE_ENC_BYTES, REPORT_FORMAT, SEALING_BYTES } from '#protocol/report.ts';
import { type HpkeKeyPair, openSealed, sealTo } from './hpke.ts';
import { VERIFY_KEY_BYTES } from './vdaf.ts';

/** HPKE `info`: protocol version, sender role and recipient role. */
const INFO = utf8(`vitrine verify-key ${REPORT_FORMAT} leader helper`);

/**
 * A task's verify key as the leader sends it, sealed to the helper's key of the task:
 *
 *     u8[32] enc | u8[32 + 16] ciphertext, with the task id as associated data
 */
export async function sealVerifyKey(
  verifyKey: Bytes,
  { taskId, helperKey }: { readonly taskId: TaskId; readonly helperKey: string },
): Promise<Bytes> {
  const { enc, ciphertext } = await sealTo(helperKey, { info: INFO, aad: fromHex(taskId), plaintext: verifyKey });
  return concatBytes(enc, ciphertext);
}

/**
 * Opens what {@link sealVerifyKey} sealed.
 *
 * @throws {ProtocolError} `round-message-invalid` if its length is another or it does not open.
 */
export async function openVerifyKey(
  bytes: Bytes,
  { taskId, keyPair }: { readonly taskId: TaskId; readonly keyPair: HpkeKeyPair },
): Promise<Bytes> {
  const length = SEALING_BYTES + VERIFY_KEY_BYTES;
  if (bytes.length !== length) {
    throw new ProtocolError('round-message-invalid', `expected ${length} bytes, got ${bytes.length}`);
  }
  const take = byteTaker(bytes);
  const sealed = { enc: take(HPKE_ENC_BYTES), ciphertext: take(length - HPKE_ENC_BYTES) };
  try {
    return await openSealed(keyPair, { info: INFO, aad: fromHex(taskId), sealed });
  } catch (cause) {
    throw new ProtocolError('round-message-invalid', 'expected a verify key sealed to this task', { cause });
  }
}
