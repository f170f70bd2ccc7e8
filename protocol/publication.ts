import * as v from 'valibot';
import { EnvelopeSchema } from './envelope.ts';
import { CountSchema, DigestSchema, ModelVersionSchema, PositiveCountSchema, TimeMsSchema } from './ids.ts';

/** As many files as a manifest has room for. */
const MAX_FILES = 8000;

/** Which files a publisher is going to need: `POST …/missing-files`. */
export const NeededFilesSchema = v.strictObject({
  files: v.pipe(v.array(v.strictObject({ digest: DigestSchema, bytes: PositiveCountSchema })), v.maxLength(MAX_FILES)),
});

/** Those of them that are to be uploaded: its answer. */
export const MissingFilesSchema = v.object({ missing: v.array(DigestSchema) });

/** What a shop has published, not from any cache: `GET …/publication`. */
export const PublicationSchema = v.object({
  /** Null before the first, and while the last one's key is revoked. */
  manifest: v.nullable(EnvelopeSchema),
  live: v.nullable(EnvelopeSchema),
  /** Of the last ones ever; only higher ones are taken. 0, and −1 for live messages, before the first. */
  manifestSequence: CountSchema,
  liveSequence: v.pipe(v.number(), v.safeInteger(), v.minValue(-1)),
});
export type Publication = v.InferOutput<typeof PublicationSchema>;

/** The versions that a shop can go back to, latest first: `GET …/versions`. The first one is served now. */
export const PublishedVersionsSchema = v.object({
  versions: v.array(
    v.object({ sequence: PositiveCountSchema, version: ModelVersionSchema, publishedAtMs: TimeMsSchema }),
  ),
});
export type PublishedVersion = v.InferOutput<typeof PublishedVersionsSchema>['versions'][number];
