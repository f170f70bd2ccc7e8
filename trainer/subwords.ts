/**
 * Buckets that subwords are hashed to, as in fastText (Bojanowski et al. 2017, section 3.2): memory doesn't
 * grow with the catalog. Whole words have the odd ones, n-grams the even ones.
 */
export const NUM_BUCKETS = 2 ** 21;

/** Lengths of a word's n-grams in characters, its two boundaries included. */
const NGRAM_LENGTHS = [3, 5] as const;
/** Lengths of n-grams where a character is a syllable or more, and where words end only a dictionary knows. */
const SYLLABLE_NGRAM_LENGTHS = [1, 3] as const;

/** Scripts of such characters, their length marks included. */
const SYLLABLE = String.raw`\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}`;
const STARTS_WITH_SYLLABLE = new RegExp(`^[${SYLLABLE}]`, 'u');
/** The parts of a run such as `usbケーブル`. */
const SYLLABLES_OR_NOT = new RegExp(`[${SYLLABLE}]+|[^${SYLLABLE}]+`, 'gu');
/** Letters and digits with their marks: without them Thai and Hindi would fall to pieces. */
const RUN = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;

/** Past this a text is boilerplate: bounds what one item costs. */
const MAX_CHARACTERS = 1000;

const BOUNDARY = 0x20;
const FIRST_HASH = 0x811c9dc5;

/** Whether a bucket holds whole words. */
export function isWholeWord(bucket: number): boolean {
  return bucket % 2 === 1;
}

/**
 * The subwords of a text: its words and their character n-grams, as buckets in
 * [0, {@link NUM_BUCKETS}), repeats included. Upper case and compatibility forms make no difference
 * (NFKC): Japanese shops mix half-width and full-width characters.
 */
export function subwordsOf(text: string): number[] {
  const buckets: number[] = [];
  const normal = text.slice(0, MAX_CHARACTERS).normalize('NFKC').toLowerCase();
  for (const run of normal.match(RUN) ?? []) {
    for (const part of run.match(SYLLABLES_OR_NOT) ?? []) {
      const codePoints = Array.from(part, (character) => character.codePointAt(0) as number);
      if (STARTS_WITH_SYLLABLE.test(part)) {
        addNgrams(codePoints, SYLLABLE_NGRAM_LENGTHS, buckets);
      } else {
        const word = [BOUNDARY, ...codePoints, BOUNDARY];
        buckets.push(2 * hashToBucket(word.reduce(mix, FIRST_HASH)) + 1);
        addNgrams(word, NGRAM_LENGTHS, buckets);
      }
    }
  }
  return buckets;
}

function addNgrams(
  codePoints: readonly number[],
  [shortest, longest]: readonly [shortest: number, longest: number],
  out: number[],
): void {
  for (let start = 0; start < codePoints.length; start++) {
    let hash = FIRST_HASH;
    const end = Math.min(start + longest, codePoints.length);
    for (let i = start; i < end; i++) {
      hash = mix(hash, codePoints[i] as number);
      if (i - start + 1 >= shortest) out.push(2 * hashToBucket(hash));
    }
  }
}

/** A step of FNV-1a, over code points. */
function mix(hash: number, codePoint: number): number {
  return Math.imul(hash ^ codePoint, 0x01000193);
}

/** Spreads a hash over half of the buckets: FNV's low bits alone are poor. */
function hashToBucket(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 12)) & (NUM_BUCKETS / 2 - 1);
}
