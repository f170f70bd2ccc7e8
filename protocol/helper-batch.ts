import { type Bytes, byteTaker, concatBytes, u32 } from './bytes.ts';
import { ProtocolError } from './errors.ts';
import {
  HPKE_ENC_BYTES,
  HPKE_TAG_BYTES,
  REPORT_ID_BYTES,
  type Report,
  SEALING_BYTES,
  type ShareSizes,
} from './report.ts';

/** What the leader passes on of one report: never its own input share. */
export interface HelperReport extends Pick<Report, 'id' | 'hour' | 'publicShare' | 'helper'> {
  /** The leader's part of the verification; empty where nothing is proved. */
  readonly leaderVerifierShare: Bytes;
}

/** Of one message from leader to helper. */
export const HELPER_BATCH_MAX_BYTES = 1024 * 1024;
/** Reports in one message: as many shares of 40 kB fit an isolate's memory several times over. */
const MAX_REPORTS = 200;

/** How many reports fit into one message. */
export function reportsPerStep(sizes: ShareSizes): number {
  return Math.min(MAX_REPORTS, Math.floor((HELPER_BATCH_MAX_BYTES - 4) / entryBytes(sizes)));
}

function entryBytes({ publicShare, helperInputShare, verifierShare }: ShareSizes): number {
  return REPORT_ID_BYTES + 4 + publicShare + SEALING_BYTES + helperInputShare + verifierShare;
}

/**
 * A step of an aggregation, leader to helper, little-endian:
 *
 *     u32 step | entries of (u8[16] id | u32 hour | u8[publicShare] | u8[32] enc
 *                            | u8[helperInputShare + 16] ciphertext | u8[verifierShare])
 *
 * A step that is sent again is answered again and changes nothing.
 */
export function encodeHelperBatch(step: number, reports: readonly HelperReport[]): Bytes {
  return concatBytes(
    u32(step),
    ...reports.flatMap(({ id, hour, publicShare, helper, leaderVerifierShare }) => [
      id,
      u32(hour),
      publicShare,
      helper.enc,
      helper.ciphertext,
      leaderVerifierShare,
    ]),
  );
}

/** @throws {ProtocolError} `round-message-invalid` if the length is no whole number of entries, or too many. */
export function parseHelperBatch(
  bytes: Uint8Array,
  sizes: ShareSizes,
): { readonly step: number; readonly reports: readonly HelperReport[] } {
  const length = entryBytes(sizes);
  const numReports = (bytes.length - 4) / length;
  if (!Number.isInteger(numReports) || numReports < 1 || numReports > reportsPerStep(sizes)) {
    throw new ProtocolError(
      'round-message-invalid',
      `expected 1–${reportsPerStep(sizes)} entries of ${length} bytes, got ${bytes.length} bytes`,
    );
  }
  const take = byteTaker(bytes);
  const takeU32 = (): number => new DataView(take(4).buffer).getUint32(0, true);
  const step = takeU32();
  const reports = Array.from({ length: numReports }, () => ({
    id: take(REPORT_ID_BYTES),
    hour: takeU32(),
    publicShare: take(sizes.publicShare),
    helper: { enc: take(HPKE_ENC_BYTES), ciphertext: take(sizes.helperInputShare + HPKE_TAG_BYTES) },
    leaderVerifierShare: take(sizes.verifierShare),
  }));
  return { step, reports };
}

/** What became of one entry at the helper. */
export type HelperVerdict =
  /** Its output share is in the helper's sum. `verifierMessage` is what the leader ends its verification with. */
  { readonly kind: 'added'; readonly verifierMessage: Bytes } | { readonly kind: 'refused' };

/**
 * The helper's answer to a step, one entry a report, in order:
 *
 *     entries of (u8 isAdded | u8[verifierMessage], zeros where refused)
 */
export function encodeVerdicts(verdicts: readonly HelperVerdict[], sizes: ShareSizes): Bytes {
  const entry = 1 + sizes.verifierMessage;
  const bytes = new Uint8Array(entry * verdicts.length);
  for (const [i, verdict] of verdicts.entries()) {
    if (verdict.kind === 'refused') continue;
    bytes[i * entry] = 1;
    bytes.set(verdict.verifierMessage, i * entry + 1);
  }
  return bytes;
}

/**
 * @param numReports How many entries the step had.
 * @throws {ProtocolError} `round-message-invalid` if the length is another or a flag is neither 0 nor 1.
 */
export function parseVerdicts(
  bytes: Uint8Array,
  { sizes, numReports }: { readonly sizes: ShareSizes; readonly numReports: number },
): readonly HelperVerdict[] {
  const length = numReports * (1 + sizes.verifierMessage);
  if (bytes.length !== length) {
    throw new ProtocolError('round-message-invalid', `expected ${length} bytes, got ${bytes.length}`);
  }
  const take = byteTaker(bytes);
  return Array.from({ length: numReports }, (): HelperVerdict => {
    const [flag] = take(1);
    const verifierMessage = take(sizes.verifierMessage);
    if (flag === 1) return { kind: 'added', verifierMessage };
    if (flag === 0) return { kind: 'refused' };
    throw new ProtocolError('round-message-invalid', `expected a flag of 0 or 1, got ${flag}`);
  });
}
