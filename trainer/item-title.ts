/** Not capitalized inside a title. */
const SMALL_WORDS: ReadonlySet<string> = new Set('A AN AND AS AT BY FOR FROM IN INTO OF ON OR THE TO WITH'.split(' '));

/** Read letter by letter, so they stay as they are. */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  '3D BBQ CD CDS DIY DVD EU LED LP MP3 NYC PVC TV UK US USA USB UV XL XXL XXXL'.split(' '),
);

/** The first letter of a word or of a part of it: `T-Light`, `S/4`; but not the `cm` of `12cm` or the `s` of `60's`. */
const PART_START = /(?<=^|[-/(+&.,"“])\p{L}/gu;

/**
 * Cleans a title as a merchant's till prints it: trims it, collapses spaces, and turns one that is
 * all upper case into title case. Anything with a lower-case letter keeps its case.
 */
export function cleanTitle(text: string): string {
  const spaced = text.replaceAll(/\s+/g, ' ').trim();
  if (/\p{Ll}/u.test(spaced) || !/\p{Lu}/u.test(spaced)) return spaced;
  return spaced
    .split(' ')
    .map((word, index) => titleCaseWord(word, index === 0))
    .join(' ');
}

function titleCaseWord(word: string, isFirst: boolean): string {
  if (ABBREVIATIONS.has(word)) return word;
  const lower = word.toLowerCase();
  if (SMALL_WORDS.has(word) && !isFirst) return lower;
  return lower.replaceAll(PART_START, (letter) => letter.toUpperCase());
}
