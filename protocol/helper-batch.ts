import { type Bytes, concatBytes, u32 } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import { HELPER_SEED_BYTES, HPKE_ENC_BYTES, HPKE_TAG_BYTES, REPORT_ID_BYTES, type Report } from './report.ts';

/** What the leader passes on of one report: never its own share. */
export type HelperReport = Pick<Report, 'id' | 'hour' | 'helper'>;

/** Reports in one message from leader to helper. */
export const MAX_HELPER_BATCH = 500;

const ENTRY_BYTES = REPORT_ID_BYTES + 4 + HPKE_ENC_BYTES + HELPER_SEED_BYTES + HPKE_TAG_BYTES;

/**
 * A step of an aggregation, leader to helper, little-endian:
 *
 *     u32 step | entries of (u8[16] id | u32 hour | u8[32] enc | u8[48] ciphertext)
 *
 * The helper answers one byte an entry, in order: 1 added to its sum, 0 refused. A step that is sent
 * again is answered again and changes nothing.
 */
export function encodeHelperBatch(step: number, reports: readonly HelperReport[]): Bytes {
  return concatBytes(
    u32(step),
    ...reports.flatMap(({ id, hour, helper }) => [id, u32(hour), helper.enc, helper.ciphertext]),
  );
}

/** @throws {ProtocolError} `round-message-invalid` if the length is no whole number of entries, or too many. */
export function parseHelperBatch(bytes: Uint8Array): {
  readonly step: number;
  readonly reports: readonly HelperReport[];
} {
  const numReports = (bytes.length - 4) / ENTRY_BYTES;
  if (!Number.isInteger(numReports) || numReports < 1 || numReports > MAX_HELPER_BATCH) {
    throw new ProtocolError(
      'round-message-invalid',
      `expected 1–${MAX_HELPER_BATCH} entries of ${ENTRY_BYTES} bytes, got ${bytes.length} bytes`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reports: HelperReport[] = [];
  for (let start = 4; start < bytes.length; start += ENTRY_BYTES) {
    const afterId = start + REPORT_ID_BYTES;
    const encStart = afterId + 4;
    const ciphertextStart = encStart + HPKE_ENC_BYTES;
    reports.push({
      id: bytes.slice(start, afterId) as Bytes,
      hour: view.getUint32(afterId, true),
      helper: {
        enc: bytes.slice(encStart, ciphertextStart) as Bytes,
        ciphertext: bytes.slice(ciphertextStart, start + ENTRY_BYTES) as Bytes,
      },
    });
  }
  return { step: view.getUint32(0, true), reports };
}
