/**
 * Hashes text to 32 bits: FNV-1a, then a finalizer, since FNV's high bits are weak on short ids.
 *
 * Drawings depend on it, so changing it redraws the whole shop.
 */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Chooses for one aspect of a drawing, independently of the other aspects.
 *
 * @param aspect What is being chosen, such as `pattern`.
 */
export function chooseFor<Choice>(id: string, aspect: string, choices: readonly [Choice, ...Choice[]]): Choice {
  return choices[hashText(`${aspect}:${id}`) % choices.length] ?? choices[0];
}
