import * as v from 'valibot';
import { ITEM_ID } from './card-limits.ts';

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A shop's public id: 1–63 of a–z, 0–9 and hyphens, starting with a letter. */
export type ShopId = Brand<string, 'ShopId'>;
/** The shop's own id for a product: 1–128 printable characters, no space at either end. */
export type ItemId = Brand<string, 'ItemId'>;
/** SHA-256 as 64 hexadecimal digits. */
export type Digest = Brand<string, 'Digest'>;
/** SHA-256 of the signed task's payload, as 64 hexadecimal digits. */
export type TaskId = Brand<string, 'TaskId'>;
/** Immutable name of a published model: `v<sequence>-<8 hexadecimal digits>`. */
export type ModelVersion = Brand<string, 'ModelVersion'>;
/** SHA-256 of a raw Ed25519 public key, base64url without padding, 43 characters. */
export type KeyFingerprint = Brand<string, 'KeyFingerprint'>;

/** What a {@link ShopId} looks like, for a loader without schemas. */
export const SHOP_ID = /^[a-z][a-z0-9-]{0,62}$/;

export const ShopIdSchema = v.pipe(
  v.string(),
  v.regex(SHOP_ID, 'expected 1–63 of a–z, 0–9 and "-", starting with a letter'),
  v.transform((text) => text as ShopId),
);

export const ItemIdSchema = v.pipe(
  v.string(),
  v.regex(ITEM_ID, 'expected 1–128 printable characters'),
  v.transform((text) => text as ItemId),
);

const hex64 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'));

export const DigestSchema = v.pipe(
  hex64,
  v.transform((text) => text as Digest),
);

export const TaskIdSchema = v.pipe(
  hex64,
  v.transform((text) => text as TaskId),
);

export const ModelVersionSchema = v.pipe(
  v.string(),
  v.regex(/^v[1-9][0-9]{0,14}-[0-9a-f]{8}$/, 'expected v<sequence>-<8 hexadecimal digits>'),
  v.transform((text) => text as ModelVersion),
);

export const KeyFingerprintSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_-]{43}$/, 'expected 43 base64url characters'),
  v.transform((text) => text as KeyFingerprint),
);

/** Sizes and counts: an integer of at least 0. */
export const CountSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** An integer of at least 1. */
export const PositiveCountSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** Milliseconds since 1970, UTC. */
export const TimeMsSchema = CountSchema;
/** A finite number above 0. */
export const PositiveSchema = v.pipe(v.number(), v.finite(), v.gtValue(0));
