import { fingerprintOf } from '#protocol/keys.ts';
import { type Outcome, ok, toFix, unseen } from './finding.ts';
import { findPastedTags, type PastedTag } from './pasted-tag.ts';
import type { Visitor } from './visitor.ts';

/** A shop's page as anybody gets it. */
export interface ShopPage {
  readonly url: URL;
  readonly tags: readonly PastedTag[];
  /** Its `Content-Security-Policy`, empty where there is none. */
  readonly policy: string;
}

/** @returns The reason where there is no such page. */
export async function readShopPage(visitor: Visitor, page: string): Promise<ShopPage | string> {
  const response = await visitor.ask(page, { headers: { accept: 'text/html' } });
  if (response instanceof Error) return `nothing answers (${response.message})`;
  if (!response.ok) return `it answers ${response.status}`;
  const url = new URL(response.url || page); // where redirects led
  return {
    url,
    tags: findPastedTags(await response.text(), url),
    policy: response.headers.get('content-security-policy') ?? '',
  };
}

/** Whether the page has our tag once, for this shop and from this edge. */
export function checkTag(
  { tags }: ShopPage,
  { shop, origin }: { readonly shop: string; readonly origin: string },
): Outcome {
  const [tag, ...others] = tags;
  if (!tag) {
    return toFix(
      'the page’s HTML has no tag of ours',
      'paste the tag into it; one that a tag manager adds is not seen here, and comes late',
    );
  }
  if (others.length > 0) return toFix(`the page has ${tags.length} tags of ours`, 'keep one: the first one runs');
  if (tag.shop !== shop) return toFix(`it is for the shop ${tag.shop}`, `write data-vitrine-shop="${shop}"`);
  if (tag.src?.origin !== new URL(origin).origin) {
    return toFix(`its script comes from ${tag.src?.origin ?? 'nowhere'}`, `write src="${origin}/vitrine.js"`);
  }
  if (tag.src.pathname !== '/vitrine.js') return toFix(`its script is ${tag.src.pathname}`, 'write /vitrine.js in src');
  return ok(tag.hasCrossorigin ? 'there once' : 'there once; with "crossorigin" it would load a round trip sooner');
}

/** Whether devices will believe what the shop publishes. */
export function checkTagKey({ tags: [tag] }: ShopPage, signers: readonly string[]): Outcome {
  if (!tag) return unseen('no tag');
  if (signers.length === 0) return unseen('nothing is published yet');
  if (tag.keys.some((key) => signers.includes(key))) return ok('the tag’s key has signed the manifest');
  return toFix(
    `the tag trusts ${tag.keys.join(' ') || 'no key'}, the manifest is signed by ${signers.join(' ')}`,
    `write data-vitrine-key="${signers.join(' ')}" if that is your key, else find out who published`,
  );
}

/** Whether devices will take part in rounds with this helper. */
export async function checkHelperKey({ tags: [tag] }: ShopPage, helperKey: string | undefined): Promise<Outcome> {
  if (!tag) return unseen('no tag');
  if (helperKey === undefined) return unseen(`the tag says ${tag.helperKey ?? 'none'}; no helper is known here`);
  const expected = helperKey === '' ? undefined : await fingerprintOf(helperKey);
  if (tag.helperKey === expected) return ok(expected === undefined ? 'none, and none is configured' : 'the helper’s');
  return toFix(
    `the tag says ${tag.helperKey ?? 'none'}`,
    expected === undefined
      ? 'leave data-vitrine-helper-key out: this leader has no helper'
      : `write data-vitrine-helper-key="${expected}", or no device takes part`,
  );
}

/** Whether the page's own policy lets the widget load, ask and start its Worker. */
export function checkPolicy({ policy, tags: [tag] }: ShopPage, origin: string): Outcome {
  if (policy === '') return ok('none in the page’s headers');
  const sources = (...names: string[]): string[] => {
    const directives = policy.split(/[;,]/).map((directive) => directive.trim().split(/\s+/));
    for (const wanted of names) {
      const [, ...values] = directives.find(([name]) => name?.toLowerCase() === wanted) ?? [];
      if (values.length > 0) return values;
    }
    return ['*'];
  };
  const { host, protocol } = new URL(origin);
  const allows = (list: readonly string[]) => ['*', protocol, host, origin].some((source) => list.includes(source));
  const scripts = sources('script-src-elem', 'script-src', 'default-src');
  const isTrusted = allows(scripts) || (tag?.hasNonce && scripts.some((source) => source.startsWith("'nonce-")));
  const missing = [
    ...(isTrusted ? [] : ['script-src']),
    ...(allows(sources('connect-src', 'default-src')) ? [] : ['connect-src']),
  ];
  if (missing.length > 0)
    return toFix(`${missing.join(' and ')} leave the edge out`, `add ${origin} to ${missing.join(' and ')}`);
  const workers = sources('worker-src', 'child-src', 'script-src', 'default-src');
  if (workers.includes('blob:') || workers.includes('*')) return ok('lets the widget load, ask and start its Worker');
  return ok('lets the widget load and ask; with "worker-src blob:" it would rank in a Worker, not in the page');
}
