import type { Context } from 'hono';
import type { EdgeEnv } from '#edge/env.ts';
import { Problem } from '#edge/problem.ts';
import type { Digest, ShopId } from '#protocol/ids.ts';
import { type ByteRange, parseByteRange } from './byte-range.ts';
import { entityTag, isUnchanged } from './conditional.ts';
import { fileKey } from './file-store.ts';

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
  const key = fileKey(shop, digest);
  const stored = await c.env.FILES.head(key);
  if (!stored) throw new Problem('not-found');
  const tag = entityTag(digest);
  const headers = { 'cache-control': cacheControl, etag: tag, 'accept-ranges': 'bytes' };
  if (isUnchanged(c.req.header('if-none-match'), tag)) return c.body(null, 304, headers);

  // A HEAD request has no use for ranges (RFC 9110 section 14.2).
  const isHead = c.req.method === 'HEAD';
  const range: ByteRange = isHead ? { kind: 'whole' } : parseByteRange(c.req.header('range'), stored.size);
  if (range.kind === 'unsatisfiable') {
    throw new Problem('range-not-satisfiable', { headers: { 'content-range': `bytes */${stored.size}` } });
  }
  const content = { ...headers, 'content-type': 'application/octet-stream' };
  if (isHead) return c.body(null, 200, { ...content, 'content-length': String(stored.size) });

  const object = await c.env.FILES.get(key, range.kind === 'part' ? { range } : {});
  if (!object) throw new Problem('not-found');
  // The runtime's stream and the DOM library's are one object under two declarations.
  const body = object.body as unknown as ReadableStream;
  if (range.kind === 'whole') return c.body(body, 200, { ...content, 'content-length': String(stored.size) });
  const contentRange = `bytes ${range.offset}-${range.offset + range.length - 1}/${stored.size}`;
  return c.body(body, 206, { ...content, 'content-range': contentRange, 'content-length': String(range.length) });
}
