/** An entity tag of a digest: a strong one, since a digest names bytes. */
export function entityTag(digest: string): string {
  return `"${digest}"`;
}

/**
 * Whether `If-None-Match` names what would be sent (RFC 9110 section 13.1.2, weak comparison).
 *
 * @param ifNoneMatch The header, or `undefined`.
 */
export function isUnchanged(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag);
}
