import { chooseFor } from './hash.ts';
import type { Paint } from './paint.ts';

/** Id of the pattern inside one drawing. Each drawing is a document of its own. */
const PATTERN_ID = 'p';

type DrawPattern = (color: string) => string;

const PATTERNS: readonly [DrawPattern, ...DrawPattern[]] = [
  () => '<pattern id="p" width="1" height="1"/>', // plain, listed twice to be twice as frequent
  () => '<pattern id="p" width="2" height="1"/>',
  (color) => pattern(20, `<path d="M0 5h20" stroke="${color}" stroke-width="6"/>`),
  (color) => pattern(18, `<path d="M5 0v18" stroke="${color}" stroke-width="3"/>`),
  (color) =>
    pattern(22, `<circle cx="6" cy="6" r="3.5" fill="${color}"/><circle cx="17" cy="17" r="3.5" fill="${color}"/>`),
  (color) => pattern(24, `<path d="M0 18 12 6 24 18" fill="none" stroke="${color}" stroke-width="4"/>`),
  (color) => pattern(20, `<path d="M0 10h20M10 0v20" stroke="${color}" stroke-width="2.5"/>`),
  (color) => pattern(26, `<path d="M13 4q7 9 0 18q-7-9 0-18z" fill="${color}"/>`),
  (color) => pattern(16, `<path d="M0 16 16 0" stroke="${color}" stroke-width="3"/>`),
];

/** Returns the `<defs>` of one drawing: the pattern that {@link patterned} paints with. */
export function definePattern(id: string, paint: Paint): string {
  const draw = chooseFor(id, 'pattern', PATTERNS);
  return `<defs>${draw(chooseFor(id, 'pattern-color', [paint.light, paint.dark, paint.accent]))}</defs>`;
}

/** Fills an outline with the product's color and, over it, its pattern. */
export function patterned(outline: string, paint: Paint): string {
  // The thin outline keeps white products apart from a pale background.
  return `<path d="${outline}" fill="${paint.main}"/><path d="${outline}" fill="url(#${PATTERN_ID})" stroke="${paint.dark}" stroke-width="1.5"/>`;
}

/** Fills an outline with one color. */
export function filled(outline: string, color: string): string {
  return `<path d="${outline}" fill="${color}"/>`;
}

/** Draws a line with round ends. */
export function stroked(outline: string, color: string, width: number): string {
  return `<path d="${outline}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

/** Draws a disc. */
export function disc(cx: number, cy: number, radius: number, color: string): string {
  return `<circle cx="${cx}" cy="${cy}" r="${radius}" fill="${color}"/>`;
}

function pattern(size: number, content: string): string {
  return `<pattern id="${PATTERN_ID}" width="${size}" height="${size}" patternUnits="userSpaceOnUse">${content}</pattern>`;
}
