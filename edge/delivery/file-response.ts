import type { Context } from 'hono';
import type { EdgeEnv } from '#edge/env.ts';
import { Problem } from '#edge/problem.ts';
import type { Digest, ShopId } from '#protocol/ids.ts';
import { type ByteRange, parseByteRange } from './byte-range.ts';
import { entityTag, isUnchanged } from './conditional.ts';
import { findFile, readFile } from './file-store.ts';

/** A file's address holds its digest, so what is there can never change. */
const IMMUTABLE = 'public, immutable, max-age=31536000';

/**
 * Answers GET and HEAD for one file: whole, a part, or unchanged.
 *
 * @param cacheControl Other than that of an address which holds the digest.
 * @throws {Problem} `not-found` if the file was never uploaded; `range-not-satisfiable`.
 */
export async function sendFile(
  c: Context<EdgeEnv>,
  {
    shop,
    digest,
    cacheControl = IMMUTABLE,
  }: { readonly shop: ShopId; readonly digest: Digest; readonly cacheControl?: string },
): Promise<Response> {
  const located = await findFile(c.env, shop, digest);
  if (!located) throw new Problem('not-found');
  const tag = entityTag(digest);
  const headers = { 'cache-control': cacheControl, etag: tag, 'accept-ranges': 'bytes' };
  if (isUnchanged(c.req.header('if-none-match'), tag)) return c.body(null, 304, headers);

  const content = { ...headers, 'content-type': 'application/octet-stream' };
  const length = { 'content-length': String(located.bytes) };
  // A HEAD request has no use for ranges (RFC 9110 section 14.2).
  if (c.req.method === 'HEAD') return c.body(null, 200, { ...content, ...length });
  const range = rangeOf(c, { tag, fileBytes: located.bytes });
  if (range.kind === 'unsatisfiable') {
    throw new Problem('range-not-satisfiable', { headers: { 'content-range': `bytes */${located.bytes}` } });
  }
  const object = await readFile(c.env, { shop, digest, ...(range.kind === 'part' && { range }) });
  if (!object) throw new Problem('not-found');
  // The runtime's stream and the DOM library's are one object under two declarations.
  const body = object.body as unknown as ReadableStream;
  if (range.kind === 'whole') return c.body(body, 200, { ...content, ...length });
  const contentRange = `bytes ${range.offset}-${range.offset + range.length - 1}/${located.bytes}`;
  return c.body(body, 206, { ...content, 'content-range': contentRange, 'content-length': String(range.length) });
}

/** A part of another version of the file would be of no use (`If-Range`, RFC 9110 section 13.1.5). */
function rangeOf(
  c: Context<EdgeEnv>,
  { tag, fileBytes }: { readonly tag: string; readonly fileBytes: number },
): ByteRange {
  const condition = c.req.header('if-range');
  if (condition !== undefined && condition !== tag) return { kind: 'whole' };
  return parseByteRange(c.req.header('range'), fileBytes);
}
