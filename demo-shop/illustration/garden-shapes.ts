import type { Paint } from './paint.ts';
import { disc, filled, patterned, stroked } from './surface.ts';

const LEAF = '#6f8f5f';
const STEEL = '#b9c0c2';

/** A pot with a leafy plant. */
export const plantPot = (paint: Paint): string =>
  filled('M118 118Q60 112 62 48q54 6 56 70zM122 118q58-6 56-70-54 6-56 70zM120 112q-28-50 0-92 28 42 0 92z', LEAF) +
  patterned('M76 130h88l-14 70H90z', paint) +
  filled('M68 112h104v22H68z', paint.dark);

/** An empty pot on a saucer. */
export const emptyPot = (paint: Paint): string =>
  patterned('M60 80h120l-18 106H78z', paint) +
  filled('M52 56h136v30H52z', paint.dark) +
  filled('M64 186h112l-8 16H72z', paint.accent);

/** A low trough with three plants. */
export const trough = (paint: Paint): string =>
  stroked('M66 128V70M120 128V56M174 128V70', LEAF, 5) +
  disc(66, 66, 17, paint.accent) +
  disc(120, 50, 19, paint.light) +
  disc(174, 66, 17, paint.accent) +
  filled('M50 128q16-30 32 0zM104 128q16-30 32 0zM158 128q16-30 32 0z', LEAF) +
  patterned('M32 124h176l-12 70H44z', paint);

/** A hanging planter. */
export const hangingPlanter = (paint: Paint): string =>
  stroked('M120 18v30M120 48 70 120M120 48l50 72', paint.dark, 4) +
  patterned('M60 118h120q0 68-60 68t-60-68z', paint) +
  stroked('M78 120Q52 160 60 206M160 120q30 30 22 84M100 120q-8 40-14 96', LEAF, 6) +
  filled('M72 120q14-42 46-6 28-40 52 6z', LEAF);

/** A watering can. */
export const wateringCan = (paint: Paint): string =>
  stroked('M160 92q54-30 44 36t-44 50', paint.dark, 9) +
  filled('M82 148 34 92l-14 8-4-14 34-16 4 14-12 6 44 40z', paint.dark) +
  patterned('M78 96h88v98H78z', paint) +
  filled('M78 96a44 12 0 0 1 88 0z', paint.light) +
  filled('M78 150h88v12H78z', paint.accent);

/** A trowel. */
export const trowel = (paint: Paint): string =>
  filled('M120 30q36 40 26 88l-26 14-26-14q-10-48 26-88z', STEEL) +
  stroked('M120 52v70', '#eef1f1', 4) +
  filled('M114 128h12v24h-12z', STEEL) +
  patterned('M106 148h28v48q0 12-14 12t-14-12z', paint);

/** A hand fork or rake. */
export const gardenFork = (paint: Paint): string =>
  stroked('M84 32v56q0 22 36 22t36-22V32M120 32v100', STEEL, 10) +
  patterned('M106 128h28v66q0 12-14 12t-14-12z', paint) +
  disc(120, 190, 4, paint.light);

/** Shears or scissors. */
export const shears = (paint: Paint): string =>
  filled('M112 124 92 24q30 30 34 96zM128 124l20-100q-30 30-34 96z', STEEL) +
  stroked('M114 124Q70 140 74 180t36 16 8-68M126 124q44 16 40 56t-36 16-8-68', paint.main, 11) +
  disc(120, 122, 7, paint.dark);

/** A bird house. */
export const birdHouse = (paint: Paint): string =>
  filled('M112 186h16v26h-16z', paint.dark) +
  patterned('M70 92h100v98H70z', paint) +
  filled('M52 100 120 36l68 64-12 10-56-52-56 52z', paint.accent) +
  disc(120, 124, 19, '#37302a') +
  stroked('M120 160v8', paint.dark, 7);

/** A hanging bird feeder. */
export const birdFeeder = (paint: Paint): string =>
  stroked('M120 16v28', paint.dark, 4) +
  filled('M66 76q54-66 108 0z', paint.dark) +
  filled('M84 76h72v84H84z', '#fbf6e6') +
  filled('M84 108h72v52H84z', '#c9a66b') +
  patterned('M58 158h124v20H58z', paint) +
  stroked('M84 80v76M156 80v76', paint.accent, 5);

/** A packet of seeds. */
export const seedPacket = (paint: Paint): string =>
  patterned('M68 34h104v170H68z', paint) +
  filled('M82 66h76v92H82z', '#fffaf0') +
  stroked('M120 150V98', LEAF, 5) +
  disc(120, 94, 16, paint.accent) +
  filled('M120 142q-28-2-26-24 26 0 26 24zM120 142q28-2 26-24-26 0-26 24z', LEAF) +
  stroked('M68 50h104', paint.dark, 4);

/** A pair of gloves. */
export const gloves = (paint: Paint): string =>
  patterned('M64 200v-74q-24-20-8-40l14 20V54h16v40h4V44h16v50h4V54h16v146z', paint) +
  filled('M58 182h72v20H58z', paint.accent) +
  filled('M140 200v-84h4V64h14v46h4V72h14v60q18-16 22 4l-18 28v36z', paint.dark);

/** A house for insects. */
export const insectHotel = (paint: Paint): string =>
  patterned('M58 92h124v110H58z', paint) +
  filled('M44 96 120 36l76 60z', paint.dark) +
  filled('M70 106h44v40H70zM126 106h44v40h-44zM70 154h100v38H70z', '#f5e7cb') +
  [82, 100, 138, 156]
    .map((x) => disc(x, 120, 6, '#6a4a32') + disc(x, 136, 6, '#8a6242') + disc(x, 174, 8, '#8a6242'))
    .join('');
