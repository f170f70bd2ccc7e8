import type { Paint } from './paint.ts';
import { disc, filled, patterned, stroked } from './surface.ts';

const STEEL = '#c3c9cc';
const WOOD = '#c39a66';

/** A straight mug. */
export const mug = (paint: Paint): string =>
  stroked('M154 104q38-4 38 28t-40 34', paint.dark, 13) +
  patterned('M66 82h92v98q0 18-18 18H84q-18 0-18-18z', paint) +
  filled('M66 82a46 11 0 0 1 92 0a46 11 0 0 1-92 0z', paint.dark);

/** A cup on its saucer. */
export const teacup = (paint: Paint): string =>
  stroked('M160 110q36-2 28 24t-44 22', paint.dark, 9) +
  patterned('M64 98h104q0 72-36 80h-32q-36-8-36-80z', paint) +
  filled('M64 98a52 11 0 0 1 104 0a52 11 0 0 1-104 0z', paint.dark) +
  filled('M46 182a74 14 0 0 0 148 0z', paint.accent);

/** A bowl. */
export const bowl = (paint: Paint): string =>
  patterned('M38 108h164q-4 70-56 86H94q-52-16-56-86z', paint) +
  filled('M38 108a82 18 0 0 1 164 0a82 18 0 0 1-164 0z', paint.dark) +
  filled('M92 192h56v8H92z', paint.accent);

/** A plate seen from above. */
export const plate = (paint: Paint): string =>
  patterned('M120 40a82 82 0 1 1 0 164a82 82 0 1 1 0-164z', paint) +
  disc(120, 122, 54, paint.light) +
  `<circle cx="120" cy="122" r="68" fill="none" stroke="${paint.accent}" stroke-width="4"/>`;

/** A pouring jug. */
export const jug = (paint: Paint): string =>
  stroked('M152 84q44 0 38 42t-42 38', paint.dark, 12) +
  patterned('M68 62q20 12 84 0q-6 30 6 60q16 76-16 76H92q-34 0-16-76q10-34-8-60z', paint) +
  stroked('M68 62q20 12 84 0', paint.dark, 6);

/** A teapot. */
export const teapot = (paint: Paint): string =>
  stroked('M172 108q42 4 30 40t-36 26', paint.dark, 11) +
  filled('M76 138 30 98l14-6 42 18z', paint.dark) +
  patterned('M122 94c68 0 68 102 30 102H92c-38 0-38-102 30-102z', paint) +
  filled('M88 100q34-30 68 0z', paint.light) +
  disc(122, 80, 9, paint.accent);

/** A chopping board with a handle. */
export const board = (paint: Paint): string =>
  patterned('M104 34h32q8 0 8 14v26h20q20 0 20 20v90q0 20-20 20H76q-20 0-20-20V94q0-20 20-20h20V48q0-14 8-14z', paint) +
  disc(120, 54, 7, paint.dark) +
  stroked('M76 104h70M76 132h88M76 160h56', paint.dark, 2.5);

/** A kitchen knife. */
export const knife = (paint: Paint): string =>
  filled('M112 30q34 40 30 104h-36z', STEEL) +
  stroked('M114 40q14 40 10 90', '#ffffff', 3) +
  patterned('M104 134h40v56q0 14-20 14t-20-14z', paint) +
  disc(124, 152, 4, paint.light) +
  disc(124, 178, 4, paint.light);

/** Spoon and spatula, crossed. */
export const utensils = (paint: Paint): string =>
  stroked('M84 92 168 200', WOOD, 10) +
  patterned('M52 56q30-22 48 8t-6 40q-34 4-44-14t2-34z', paint) +
  stroked('M156 92 74 200', WOOD, 10) +
  filled('M138 40h46l4 46-34 20-22-22z', paint.accent);

/** A whisk. */
export const whisk = (paint: Paint): string =>
  stroked('M120 130C60 90 92 24 120 24s60 66 0 106zM120 130C96 90 106 24 120 24s24 66 0 106z', STEEL, 5) +
  patterned('M110 126h20v66q0 12-10 12t-10-12z', paint);

/** A lidded jar or tin. */
export const canister = (paint: Paint): string =>
  patterned('M70 82h100v104q0 12-12 12H82q-12 0-12-12z', paint) +
  filled('M62 62h116v24H62z', paint.dark) +
  disc(120, 54, 11, paint.accent) +
  filled('M88 118h64v42H88z', '#fffaf0') +
  stroked('M100 134h40M108 146h24', paint.dark, 3);

/** A bottle with a stopper. */
export const bottle = (paint: Paint): string =>
  filled('M108 28h24v22h-24z', WOOD) +
  patterned('M106 50h28v34q34 16 34 50v52q0 14-14 14H86q-14 0-14-14v-52q0-34 34-50z', paint) +
  filled('M84 130h72v42H84z', '#fffaf0') +
  stroked('M98 146h44M106 158h28', paint.dark, 3);

/** A stemmed glass. */
export const glass = (paint: Paint): string =>
  patterned('M78 44h84q8 82-34 92v46h34v16H78v-16h34v-46q-42-10-34-92z', paint) +
  filled('M82 78h76q-2 46-38 50-36-4-38-50z', paint.accent);

/** A cake under a dome. */
export const cakeStand = (paint: Paint): string =>
  filled('M82 96h76v42H82z', '#f3dcc0') +
  filled('M82 96q38-26 76 0v12q-12 12-22 0t-20 2-18-2-16 0z', paint.accent) +
  stroked('M66 138V104q0-56 54-56t54 56v34', paint.light, 6) +
  disc(120, 44, 8, paint.dark) +
  patterned('M46 138h148v14H46zM108 152h24l14 46H94z', paint);

/** A folded cloth hanging from a hook. */
export const teaTowel = (paint: Paint): string =>
  stroked('M120 26v20', paint.dark, 5) +
  patterned('M72 46h96v142H72z', paint) +
  filled('M72 46h30v142H72z', paint.dark) +
  filled('M72 166h96v10H72z', paint.accent) +
  stroked('M78 190v8M94 190v8M110 190v8M126 190v8M142 190v8M160 190v8', paint.main, 3);

/** An apron. */
export const apron = (paint: Paint): string =>
  stroked('M96 62q0-38 24-38t24 38', paint.dark, 6) +
  patterned('M92 60h56q2 34 34 46v86q-62 16-124 0v-86q32-12 34-46z', paint) +
  filled('M88 132h64v34q-32 8-64 0z', paint.dark) +
  stroked('M58 112H32M182 112h26', paint.dark, 5);

/** A pan with its lid. */
export const pan = (paint: Paint): string =>
  filled('M18 118h36v14H18zM186 118h36v14h-36z', paint.dark) +
  patterned('M50 108h140v72q0 18-18 18H68q-18 0-18-18z', paint) +
  filled('M46 106q74-58 148 0z', paint.light) +
  disc(120, 70, 10, paint.accent);
