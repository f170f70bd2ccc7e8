import { eld } from 'eld/small';

/**
 * UTF-8 bytes judged at once: one title is too short (of Online Retail's, 78 % come out as English; of five
 * together, all), and past 350 the detector stops reading.
 */
const EXCERPT_BYTES = 300;
/** Less text than this in a whole catalog says nothing. */
const MIN_BYTES = 100;
/** Texts read of a large catalog, evenly spaced. */
const MAX_TEXTS = 2000;
/**
 * English must have this share: German fashion is half English, and the English encoder makes little of the
 * other half, while features learned from the shop's own texts serve both.
 */
const ENGLISH_SHARE = 2 / 3;

/**
 * The language of a shop's texts. They are short and dirty, so many are judged together.
 *
 * @returns ISO 639-1; `undefined` where there is too little text to tell.
 */
export function languageOf(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  let numJudged = 0;
  for (const excerpt of excerptsOf(texts)) {
    const { language } = eld.detect(excerpt);
    if (language === '') continue;
    counts.set(language, (counts.get(language) ?? 0) + 1);
    numJudged++;
  }
  if ((counts.get('en') ?? 0) < ENGLISH_SHARE * numJudged) counts.delete('en');
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Texts joined until there is enough to judge; a rest too short to judge is left out. */
function excerptsOf(texts: readonly string[]): string[] {
  const numRead = Math.min(texts.length, MAX_TEXTS);
  const excerpts: string[] = [];
  let excerpt = '';
  for (let i = 0; i < numRead; i++) {
    excerpt += `${texts[Math.floor((i * texts.length) / numRead)]}. `;
    const numBytes = Buffer.byteLength(excerpt);
    if (numBytes < EXCERPT_BYTES && i < numRead - 1) continue;
    if (numBytes >= MIN_BYTES) excerpts.push(excerpt);
    excerpt = '';
  }
  return excerpts;
}
