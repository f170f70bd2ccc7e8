import type { Paint } from './paint.ts';
import { disc, filled, patterned, stroked } from './surface.ts';

/** A cushion. */
export const cushion = (paint: Paint): string =>
  patterned('M46 58q74 18 148 0q-14 66 0 132q-74-16-148 0q14-66 0-132z', paint) +
  stroked('M46 58q74 18 148 0q-14 66 0 132q-74-16-148 0q14-66 0-132z', paint.dark, 3);

/** A long bolster cushion. */
export const bolster = (paint: Paint): string =>
  patterned('M54 88h132q22 40 0 80H54q-22-40 0-80z', paint) +
  filled('M54 88q22 40 0 80q-22-40 0-80z', paint.dark) +
  stroked('M82 90v76M158 90v76', paint.accent, 4);

/** A folded throw with a fringe. */
export const throwBlanket = (paint: Paint): string =>
  filled('M48 148h144q12 22 0 44H48q-12-22 0-44z', paint.dark) +
  filled('M48 112h144q12 20 0 40H48q-12-20 0-40z', paint.light) +
  patterned('M48 72h144q12 22 0 44H48q-12-22 0-44z', paint) +
  stroked('M58 196v10M78 196v10M98 196v10M118 196v10M138 196v10M158 196v10M178 196v10', paint.accent, 4);

/** A rolled-out rug. */
export const rug = (paint: Paint): string =>
  patterned('M60 60h136l-24 132H36z', paint) +
  stroked('M74 78h102l-18 96H54z', paint.accent, 5) +
  stroked('M58 66l-8 0M36 192l-8 4', paint.dark, 4);

/** A woven basket with two handles. */
export const basket = (paint: Paint): string =>
  stroked('M56 104q-26-34 8-34M184 104q26-34-8-34', paint.dark, 8) +
  patterned('M48 96h144l-16 102H64z', paint) +
  stroked('M56 122h128M60 148h120M64 174h112', paint.dark, 3) +
  filled('M44 90h152v14H44z', paint.dark);

/** A trug with one arched handle. */
export const trug = (paint: Paint): string =>
  stroked('M62 120C62 18 178 18 178 120', paint.dark, 10) +
  patterned('M36 118h168l-26 78H62z', paint) +
  stroked('M44 142h152M52 168h136', paint.dark, 3);

/** A crate. */
export const crate = (paint: Paint): string =>
  patterned('M42 90h156v104H42z', paint) +
  stroked('M42 124h156M42 158h156', paint.dark, 5) +
  filled('M42 90h14v104H42zM184 90h14v104h-14z', paint.dark) +
  filled('M98 100h44v12H98z', paint.dark);

/** A tote bag. */
export const toteBag = (paint: Paint): string =>
  stroked('M86 90q0-58 34-58t34 58', paint.dark, 8) +
  patterned('M56 86h128l10 112H46z', paint) +
  disc(120, 142, 20, paint.accent);

/** A backpack. */
export const backpack = (paint: Paint): string =>
  stroked('M100 58q0-26 20-26t20 26', paint.dark, 8) +
  patterned('M64 104q0-54 56-54t56 54v94H64z', paint) +
  filled('M78 138h84v48H78z', paint.dark) +
  stroked('M78 152h84', paint.light, 4) +
  filled('M112 86h16v24h-16z', paint.accent);

/** A small purse with a clasp. */
export const purse = (paint: Paint): string =>
  patterned('M70 96h100q44 98-10 102H80q-54-4-10-102z', paint) +
  stroked('M66 98q54-26 108 0', paint.dark, 9) +
  disc(112, 76, 8, paint.accent) +
  disc(128, 76, 8, paint.accent);

/** An open umbrella. */
export const umbrella = (paint: Paint): string =>
  stroked('M120 40v132q0 24-22 24-16 0-16-16', paint.dark, 7) +
  patterned('M28 124q8-78 92-78t92 78q-22-18-46 0-22-18-46 0-22-18-46 0-24-18-46 0z', paint);

/** A tall vase with stems in it. */
export const vase = (paint: Paint): string =>
  stroked('M112 96Q100 60 84 48M122 96V36M130 96q10-30 28-42', '#6f8a5b', 4) +
  disc(82, 44, 12, paint.accent) +
  disc(122, 32, 13, paint.accent) +
  disc(160, 50, 11, paint.accent) +
  patterned('M100 92h40q-4 22 18 44 20 34-8 62H90q-28-28-8-62 22-22 18-44z', paint);

/** A round bud vase. */
export const budVase = (paint: Paint): string =>
  stroked('M120 104Q118 64 140 40', '#6f8a5b', 4) +
  filled('M140 44q-24 0-22-22 22-2 22 22zM124 78q20-16 30 2-18 12-30-2z', paint.accent) +
  patterned('M106 92h28v22q46 10 46 46 0 38-60 38t-60-38q0-36 46-46z', paint);

/** A wall clock. */
export const wallClock = (paint: Paint): string =>
  patterned('M120 36a84 84 0 1 1 0 168a84 84 0 1 1 0-168z', paint) +
  disc(120, 120, 64, '#fffaf0') +
  stroked('M120 64v8M120 168v8M64 120h8M168 120h8', paint.dark, 5) +
  stroked('M120 120V80M120 120l28 18', '#33302c', 6) +
  disc(120, 120, 6, paint.accent);

/** An alarm or mantel clock. */
export const mantelClock = (paint: Paint): string =>
  patterned('M58 198v-78q0-68 62-68t62 68v78z', paint) +
  disc(120, 122, 44, '#fffaf0') +
  stroked('M120 122V94M120 122l18 12', '#33302c', 5) +
  filled('M48 190h144v12H48z', paint.dark);

/** A picture frame. */
export const frame = (paint: Paint): string =>
  patterned('M54 36h132v168H54z', paint) +
  filled('M74 56h92v128H74z', '#fffaf0') +
  filled('M84 166q18-52 36-26t36-18v44z', paint.accent) +
  disc(142, 88, 12, paint.light);

/** An arched mirror. */
export const mirror = (paint: Paint): string =>
  patterned('M60 204v-90q0-78 60-78t60 78v90z', paint) +
  filled('M74 190v-76q0-62 46-62t46 62v76z', '#dbe7ea') +
  stroked('M92 150l44-52M100 170l50-60', '#ffffff', 5);

/** A bird figure. */
export const bird = (paint: Paint): string =>
  stroked('M112 172v26M132 172v26', paint.dark, 5) +
  patterned('M52 104q14-38 50-34 56 4 90 78-34 34-84 28-48-8-46-58z', paint) +
  filled('M52 102 28 112l26 8z', paint.accent) +
  filled('M104 116q44-4 58 34-44 14-58-34z', paint.dark) +
  disc(78, 98, 5, '#2b2622');

/** A heart. */
export const heart = (paint: Paint): string =>
  stroked('M120 20v58', paint.dark, 4) +
  patterned('M120 204C26 142 42 66 84 66q24 0 36 26 12-26 36-26c42 0 58 76-36 138z', paint) +
  disc(120, 84, 6, paint.accent);

/** A painted sign on a cord. */
export const sign = (paint: Paint): string =>
  stroked('M62 92 120 44l58 48', paint.dark, 4) +
  patterned('M34 90h172v88H34z', paint) +
  filled('M46 102h148v64H46z', '#fffaf0') +
  stroked('M66 124h108M84 146h72', paint.dark, 6);

/** A hook or drawer knob. */
export const hook = (paint: Paint): string =>
  patterned('M96 40h48v120H96z', paint) +
  stroked('M120 128v34q0 30 30 30 26 0 26-28', paint.dark, 11) +
  disc(120, 62, 7, paint.light) +
  disc(120, 94, 12, paint.accent);

/** A hot water bottle. */
export const hotWaterBottle = (paint: Paint): string =>
  filled('M104 30h32v34h-32z', paint.dark) +
  patterned('M88 60h64q30 12 30 44v66q0 28-28 28H86q-28 0-28-28v-66q0-32 30-44z', paint) +
  filled('M120 166c-36-24-26-48-12-46q8 1 12 10 4-9 12-10c14-2 24 22-12 46z', paint.accent);
