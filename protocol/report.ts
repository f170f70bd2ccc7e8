import { type Bytes, concatBytes, fromHex, u32, utf8 } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import type { TaskId } from './ids.ts';

export const REPORT_FORMAT = 1;
export const REPORT_ID_BYTES = 16;
/** A report says its time only to the hour. */
export const REPORT_TIME_PRECISION_MS = 60 * 60 * 1000;
/** One POST, under the 64 KiB that `keepalive` requests share. */
export const REPORT_MAX_BYTES = 60 * 1024;
/** Encapsulated key of DHKEM(X25519, HKDF-SHA256). */
export const HPKE_ENC_BYTES = 32;
/** AES-128-GCM's tag. */
export const HPKE_TAG_BYTES = 16;
/** The helper's share of an update is the seed of an XOF. */
export const HELPER_SEED_BYTES = 32;

export type PartyRole = 'leader' | 'helper';

/** One party's share, sealed to its key of the task by HPKE (RFC 9180, base mode). */
export interface SealedShare {
  /** `[HPKE_ENC_BYTES]`. */
  readonly enc: Bytes;
  readonly ciphertext: Bytes;
}

/** The sealed message one device uploads in one round. */
export interface Report {
  /** Random, `[REPORT_ID_BYTES]`. */
  readonly id: Bytes;
  /** Hours since 1970. */
  readonly hour: number;
  readonly leader: SealedShare;
  readonly helper: SealedShare;
}

/** Length of every report of a task with `numParams` parameters: it tells nothing about a device. */
export function reportBytes(numParams: number): number {
  const leaderBytes = HPKE_ENC_BYTES + 4 * numParams + HPKE_TAG_BYTES;
  const helperBytes = HPKE_ENC_BYTES + HELPER_SEED_BYTES + HPKE_TAG_BYTES;
  return 1 + REPORT_ID_BYTES + 4 + leaderBytes + helperBytes;
}

/**
 * The bytes of a report, little-endian:
 *
 *     u8 format | u8[16] id | u32 hour | u8[32] leader.enc | u8[4 · numParams + 16] leader.ciphertext
 *     | u8[32] helper.enc | u8[32 + 16] helper.ciphertext
 */
export function encodeReport({ id, hour, leader, helper }: Report): Bytes {
  return concatBytes(
    new Uint8Array([REPORT_FORMAT]),
    id,
    u32(hour),
    leader.enc,
    leader.ciphertext,
    helper.enc,
    helper.ciphertext,
  );
}

/**
 * Parses a report of a task with `numParams` parameters.
 *
 * @returns Copies, so that `bytes` may be reused.
 * @throws {ProtocolError} `report-invalid` if format or length is another.
 */
export function parseReport(bytes: Uint8Array, numParams: number): Report {
  const length = reportBytes(numParams);
  if (bytes.length !== length) {
    throw new ProtocolError('report-invalid', `expected ${length} bytes, got ${bytes.length}`);
  }
  if (bytes[0] !== REPORT_FORMAT) {
    throw new ProtocolError('report-invalid', `expected report format ${REPORT_FORMAT}, got ${bytes[0]}`);
  }
  let offset = 1;
  const take = (count: number): Bytes => {
    const part = bytes.slice(offset, offset + count);
    offset += count;
    return part as Bytes;
  };
  const id = take(REPORT_ID_BYTES);
  const hour = new DataView(take(4).buffer).getUint32(0, true);
  const leader = { enc: take(HPKE_ENC_BYTES), ciphertext: take(4 * numParams + HPKE_TAG_BYTES) };
  const helper = { enc: take(HPKE_ENC_BYTES), ciphertext: take(HELPER_SEED_BYTES + HPKE_TAG_BYTES) };
  return { id, hour, leader, helper };
}

/** HPKE `info`: protocol version, sender role and recipient role. */
export function reportInfo(receiver: PartyRole): Bytes {
  return utf8(`vitrine report ${REPORT_FORMAT} device ${receiver}`);
}

/**
 * HPKE associated data: a share opens only in its task, its report, its hour and under its key.
 *
 *     u8[32] taskId | u8[16] reportId | u32 hour | u8 keyId
 */
export function reportAad({
  taskId,
  id,
  hour,
  hpkeKeyId,
}: {
  readonly taskId: TaskId;
  readonly id: Uint8Array;
  readonly hour: number;
  readonly hpkeKeyId: number;
}): Bytes {
  return concatBytes(fromHex(taskId), id, u32(hour), new Uint8Array([hpkeKeyId]));
}
