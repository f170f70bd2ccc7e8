import { type Bytes, byteTaker, concatBytes, fromHex, u32, utf8 } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import type { TaskId } from './ids.ts';

export const REPORT_FORMAT = 2;
export const REPORT_ID_BYTES = 16;
/** A report says its time only to the hour. */
export const REPORT_TIME_PRECISION_MS = 60 * 60 * 1000;
/** One POST, under the 64 KiB that `keepalive` requests share. */
export const REPORT_MAX_BYTES = 60 * 1024;
/** Encapsulated key of DHKEM(X25519, HKDF-SHA256). */
export const HPKE_ENC_BYTES = 32;
/** AES-128-GCM's tag. */
export const HPKE_TAG_BYTES = 16;
/** What sealing adds to a share. */
export const SEALING_BYTES = HPKE_ENC_BYTES + HPKE_TAG_BYTES;
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
  /** The part of the measurement's proof that both parties read. Empty where nothing is proved. */
  readonly publicShare: Bytes;
  readonly leader: SealedShare;
  readonly helper: SealedShare;
}

/** Bytes of what a report is made of and of what the parties exchange about it: fixed by the task alone. */
export interface ShareSizes {
  readonly publicShare: number;
  readonly leaderInputShare: number;
  readonly helperInputShare: number;
  /** From either party to the other, and what both end with. */
  readonly verifierShare: number;
  readonly verifierMessage: number;
}

/** Length of every report with shares of these sizes: it tells nothing about a device. */
export function reportBytes({ publicShare, leaderInputShare, helperInputShare }: ShareSizes): number {
  const header = 1 + REPORT_ID_BYTES + 4;
  return header + publicShare + 2 * SEALING_BYTES + leaderInputShare + helperInputShare;
}

/**
 * The bytes of a report, little-endian:
 *
 *     u8 format | u8[16] id | u32 hour | u8[publicShare] | u8[32] leader.enc
 *     | u8[leaderInputShare + 16] leader.ciphertext | u8[32] helper.enc
 *     | u8[helperInputShare + 16] helper.ciphertext
 */
export function encodeReport({ id, hour, publicShare, leader, helper }: Report): Bytes {
  return concatBytes(
    new Uint8Array([REPORT_FORMAT]),
    id,
    u32(hour),
    publicShare,
    leader.enc,
    leader.ciphertext,
    helper.enc,
    helper.ciphertext,
  );
}

/**
 * Parses a report of a task with shares of these sizes.
 *
 * @returns Copies, so that `bytes` may be reused.
 * @throws {ProtocolError} `report-invalid` if format or length is another.
 */
export function parseReport(bytes: Uint8Array, sizes: ShareSizes): Report {
  const length = reportBytes(sizes);
  if (bytes.length !== length) {
    throw new ProtocolError('report-invalid', `expected ${length} bytes, got ${bytes.length}`);
  }
  if (bytes[0] !== REPORT_FORMAT) {
    throw new ProtocolError('report-invalid', `expected report format ${REPORT_FORMAT}, got ${bytes[0]}`);
  }
  const take = byteTaker(bytes, 1);
  const id = take(REPORT_ID_BYTES);
  const hour = new DataView(take(4).buffer).getUint32(0, true);
  const publicShare = take(sizes.publicShare);
  const leader = { enc: take(HPKE_ENC_BYTES), ciphertext: take(sizes.leaderInputShare + HPKE_TAG_BYTES) };
  const helper = { enc: take(HPKE_ENC_BYTES), ciphertext: take(sizes.helperInputShare + HPKE_TAG_BYTES) };
  return { id, hour, publicShare, leader, helper };
}

/** HPKE `info`: protocol version, sender role and recipient role. */
export function reportInfo(receiver: PartyRole): Bytes {
  return utf8(`vitrine report ${REPORT_FORMAT} device ${receiver}`);
}

/**
 * HPKE associated data: a share opens only in its task, its report, its hour, with its public share
 * and under its key.
 *
 *     u8[32] taskId | u8[16] reportId | u32 hour | u8 keyId | public share
 */
export function reportAad({
  taskId,
  id,
  hour,
  hpkeKeyId,
  publicShare,
}: Pick<Report, 'id' | 'hour' | 'publicShare'> & {
  readonly taskId: TaskId;
  readonly hpkeKeyId: number;
}): Bytes {
  return concatBytes(fromHex(taskId), id, u32(hour), new Uint8Array([hpkeKeyId]), publicShare);
}
