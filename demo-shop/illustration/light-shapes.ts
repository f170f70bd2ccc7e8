import type { Paint } from './paint.ts';
import { disc, filled, patterned, stroked } from './surface.ts';

const GLOW = '#f8dd8c';
const GLASS = '#fbf6e6';

/** A small flame whose foot stands at `(x, y)`. */
function flame(x: number, y: number): string {
  return `${filled(`M${x} ${y}q-11-8-7-18q5-6 7-15q3 9 7 15q4 10-7 18z`, '#e8963c')}${filled(`M${x} ${y}q-5-5-3-10l3-6 3 6q2 5-3 10z`, GLOW)}`;
}

/** A framed lantern with a roof and a candle behind glass. */
export const boxLantern = (paint: Paint): string =>
  stroked('M96 62a24 24 0 0 1 48 0', paint.dark, 6) +
  patterned('M78 84 104 58h32l26 26z', paint) +
  filled('M82 84h76v104H82z', GLASS) +
  filled('M108 142h24v40h-24z', paint.light) +
  flame(120, 141) +
  stroked('M85 86v100M155 86v100M120 86v12M85 112h70', paint.main, 7) +
  filled('M74 184h92v14H74z', paint.dark);

/** A round-bellied storm lantern with a wire handle. */
export const stormLantern = (paint: Paint): string =>
  stroked('M74 168C50 60 190 60 166 168', paint.dark, 5) +
  filled('M92 92h56q26 38 2 74H90q-24-36 2-74z', GLASS) +
  flame(120, 158) +
  stroked('M84 128h72M92 92q-26 38-2 74M148 92q26 38 2 74', paint.dark, 4) +
  patterned('M96 74h48l6 20H90z', paint) +
  patterned('M82 164h76l10 34H72z', paint);

/** A domed metal lantern with pierced holes. */
export const domedLantern = (paint: Paint): string =>
  stroked('M120 18v26', paint.dark, 5) +
  patterned('M120 40q46 24 48 56H72q2-32 48-56z', paint) +
  filled('M76 96h88l12 46-20 48H84l-20-48z', GLASS) +
  flame(120, 176) +
  stroked('M76 96 64 142l20 48M164 96l12 46-20 48M120 96 104 142l10 48M120 96l16 46-10 48', paint.main, 6) +
  filled('M64 138h112v8H64zM80 188h80v14H80z', paint.dark) +
  disc(96, 78, 4, GLOW) +
  disc(120, 70, 4, GLOW) +
  disc(144, 78, 4, GLOW);

/** A woven barrel around a glass, with a rope handle. */
export const wovenLantern = (paint: Paint): string =>
  stroked('M80 74Q120-6 160 74', paint.accent, 7) +
  patterned('M78 70h84q28 62 0 126H78q-28-64 0-126z', paint) +
  filled('M98 96h44v76H98z', GLASS) +
  flame(120, 166) +
  stroked('M70 88h100M64 112h112M62 136h116M64 160h112M72 182h96', paint.dark, 3);

/** A pleated paper globe on a cord. */
export const paperLantern = (paint: Paint): string =>
  stroked('M120 18v40', paint.dark, 4) +
  patterned('M120 58c90 0 90 124 0 124s-90-124 0-124z', paint) +
  stroked('M64 96q56 16 112 0M56 122q64 18 128 0M66 150q54 16 108 0', paint.dark, 2.5) +
  filled('M102 52h36v10h-36zM106 178h28v10h-28z', paint.dark) +
  stroked('M120 188v22', paint.accent, 5);

/** A table lamp. */
export const tableLamp = (paint: Paint): string =>
  patterned('M88 50h64l28 72H60z', paint) +
  filled('M60 122h120l-6 8H66z', GLOW) +
  filled('M113 128h14v30q26 10 22 40H91q-4-30 22-40z', paint.dark) +
  filled('M78 194h84v8H78z', paint.accent);

/** A desk lamp with a jointed arm. */
export const deskLamp = (paint: Paint): string =>
  stroked('M96 190 70 122l66-48', paint.dark, 9) +
  patterned('M124 50l44 40-26 38-54-52z', paint) +
  disc(70, 122, 9, paint.accent) +
  filled('M62 188h80v14H62z', paint.dark);

/** Bulbs on a sagging string. */
export const stringLights = (paint: Paint): string =>
  stroked('M20 70Q70 150 120 92T220 70', paint.dark, 4) +
  [
    [48, 112],
    [82, 124],
    [120, 98],
    [152, 74],
    [188, 66],
  ]
    .map(
      ([x = 0, y = 0], index) =>
        disc(x, y + 20, 17, index % 2 === 0 ? paint.main : paint.accent) + disc(x - 5, y + 14, 5, GLOW),
    )
    .join('') +
  filled('M60 176h120v8H60z', paint.light);

/** A pillar candle. */
export const pillarCandle = (paint: Paint): string =>
  patterned('M84 96q36 12 72 0v102H84z', paint) +
  filled('M84 96a36 10 0 0 1 72 0a36 10 0 0 1-72 0z', paint.light) +
  flame(120, 94);

/** Two tall candles in holders. */
export const taperCandles = (paint: Paint): string =>
  patterned('M82 74h18v106H82z', paint) +
  patterned('M138 94h18v86h-18z', paint) +
  flame(91, 73) +
  flame(147, 93) +
  filled('M68 178h46l-8 20H76zM124 178h46l-8 20h-30z', paint.accent);

/** A candle poured into a glass with a label. */
export const jarCandle = (paint: Paint): string =>
  patterned('M76 92h88v92q0 14-14 14H90q-14 0-14-14z', paint) +
  filled('M76 92a44 12 0 0 1 88 0a44 12 0 0 1-88 0z', paint.light) +
  flame(120, 92) +
  filled('M92 126h56v40H92z', '#fffaf0') +
  stroked('M102 140h36M108 152h24', paint.dark, 3);

/** A hanging holder for one tea light, with a heart. */
export const teaLightHolder = (paint: Paint): string =>
  stroked('M120 22v40M120 62 78 112M120 62l42 50', paint.dark, 4) +
  patterned('M72 110h96q0 66-48 66t-48-66z', paint) +
  flame(120, 112) +
  filled('M120 164c-34-22-26-44-12-42q8 1 12 9q4-8 12-9c14-2 22 20-12 42z', paint.accent);

/** Three tea lights. */
export const teaLights = (paint: Paint): string =>
  [
    [78, 186],
    [162, 186],
    [120, 140],
  ]
    .map(
      ([x = 0, y = 0]) =>
        `${flame(x, y - 26)}${patterned(`M${x - 32} ${y - 26}h64v34h-64z`, paint)}${filled(`M${x - 32} ${y - 26}h64v8h-64z`, paint.light)}`,
    )
    .join('');
