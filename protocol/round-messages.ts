import * as v from 'valibot';
import { CountSchema, DigestSchema, PositiveCountSchema } from './ids.ts';

const base64Url = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/, 'expected base64url'));

/** A party's identity: `GET /v1/party`. */
export const PartyIdentitySchema = v.object({
  role: v.picklist(['leader', 'helper']),
  /** Raw Ed25519 public key, 32 bytes as base64url. */
  publicKey: v.pipe(base64Url, v.length(43)),
});
export type PartyIdentity = v.InferOutput<typeof PartyIdentitySchema>;

/** A fresh HPKE key for one task to come: `POST …/task-keys`. */
export const TaskKeySchema = v.object({
  hpkeKeyId: v.pipe(CountSchema, v.maxValue(255)),
  hpkePublicKey: v.pipe(base64Url, v.length(43)),
});
export type TaskKey = v.InferOutput<typeof TaskKeySchema>;

/** What a round says to one report. Being late is normal, so it is not an error. */
export const ReportReceiptSchema = v.variant('kind', [
  /** Durable; a repeat of an accepted report gets this same answer. */
  v.object({ kind: v.literal('accepted') }),
  v.object({ kind: v.literal('late') }),
  v.object({ kind: v.literal('full') }),
]);
export type ReportReceipt = v.InferOutput<typeof ReportReceiptSchema>;

/** Both have the leader's verify key from now on: the answer to `POST …/verify-key`. */
export const AgreedSchema = v.object({ kind: v.literal('agreed') });

/** A round that has released, and of how many reports; the answer to `POST …/release` too. */
export const ReleasedSchema = v.object({ kind: v.literal('released'), count: PositiveCountSchema });

/** How a party's round stands: `GET …/tasks/:task`. */
export const RoundStateSchema = v.variant('kind', [
  v.object({ kind: v.literal('open'), received: CountSchema }),
  v.object({ kind: v.literal('aggregating'), received: CountSchema, aggregated: CountSchema }),
  ReleasedSchema,
  /** Closed for good without a release, and why. */
  v.object({
    kind: v.literal('failed'),
    reason: v.picklist([
      'too-few-reports',
      'report-sets-differ',
      'helper-refused',
      /** The helper counted a report whose proof the leader finds wrong. */
      'helper-contradicts',
      /** The keys of the task are gone: it was spent before, or its storage is an older copy. */
      'keys-destroyed',
    ]),
    received: CountSchema,
  }),
]);
export type RoundState = v.InferOutput<typeof RoundStateSchema>;

/** The leader's word on the batch, compared by the helper before it releases: `POST …/release`. */
export const ReleaseRequestSchema = v.strictObject({
  count: CountSchema,
  /** SHA-256 over the sorted 16-byte ids of the reports in the sum. */
  reportSetDigest: DigestSchema,
});
export type ReleaseRequest = v.InferOutput<typeof ReleaseRequestSchema>;

/** One party's noised share of the sum: `GET …/aggregate-share`. Always the same bytes once released. */
export const AggregateShareSchema = v.object({
  count: PositiveCountSchema,
  reportSetDigest: DigestSchema,
  /** Elements of the task's function, little-endian, base64url; the two parties' shares add up to the noised sum. */
  share: base64Url,
});
export type AggregateShare = v.InferOutput<typeof AggregateShareSchema>;

/** RFC 9457 problem+json as the edge sends it. */
export const ProblemSchema = v.object({ code: v.string(), title: v.string() });
export type Problem = v.InferOutput<typeof ProblemSchema>;
