import type { Paint } from './paint.ts';
import { disc, filled, patterned, stroked } from './surface.ts';

const INK = '#3a3632';

/** A bound notebook. */
export const notebook = (paint: Paint): string =>
  filled('M76 44h104v160H76z', '#f7f1e3') +
  patterned('M66 36h104v164H66z', paint) +
  filled('M66 36h18v164H66z', paint.dark) +
  filled('M100 66h52v30h-52z', '#fffaf0') +
  stroked('M152 36v164', paint.accent, 6);

/** A greeting card on its envelope. */
export const card = (paint: Paint): string =>
  filled('M34 96h130v92H34z', paint.light) +
  stroked('M34 98l65 50 65-50', paint.dark, 3) +
  patterned('M98 40h104v136H98z', paint) +
  filled('M112 56h76v104h-76z', '#fffaf0') +
  filled('M150 132c-28-20-20-38-9-36 6 0 9 7 9 7s3-7 9-7c11-2 19 16-9 36z', paint.accent);

/** Pencils in a row. */
export const pencils = (paint: Paint): string =>
  [
    [62, paint.main],
    [98, paint.accent],
    [134, paint.dark],
    [170, paint.light],
  ]
    .map(
      ([x, color]) =>
        filled(`M${x} 92h24v110h-24z`, String(color)) +
        filled(`M${x} 92l12-40 12 40z`, '#ecd1a4') +
        filled(`M${Number(x) + 7} 68l5-16 5 16z`, INK),
    )
    .join('') + patterned('M50 140h156v64H50z', paint);

/** A pen. */
export const pen = (paint: Paint): string =>
  filled('M50 204l10-34 22 22z', INK) +
  patterned('M60 168 150 60l32 30-98 102z', paint) +
  filled('M150 60l18-20q8-8 18 2l12 12q8 8 0 16l-16 20z', paint.dark) +
  stroked('M176 62 128 118', paint.accent, 6);

/** Rolls of wrapping paper. */
export const wrapRolls = (paint: Paint): string =>
  filled('M56 40h34v160H56z', paint.accent) +
  patterned('M102 30h36v172h-36z', paint) +
  filled('M150 46h34v156h-34z', paint.dark) +
  filled('M56 40a17 7 0 0 1 34 0zM102 30a18 7 0 0 1 36 0zM150 46a17 7 0 0 1 34 0z', '#fffaf0');

/** A parcel with a ribbon. */
export const giftBox = (paint: Paint): string =>
  patterned('M52 98h136v100H52z', paint) +
  filled('M44 76h152v28H44z', paint.dark) +
  filled('M110 76h20v122h-20z', paint.accent) +
  stroked('M120 76C70 76 78 30 104 42q14 8 16 34M120 76c50 0 42-46 16-34q-14 8-16 34', paint.accent, 8);

/** A tin with a lid, seen from the side. */
export const roundTin = (paint: Paint): string =>
  patterned('M48 104h144v76q-72 38-144 0z', paint) +
  filled('M42 88q78-40 156 0v20q-78 34-156 0z', paint.dark) +
  filled('M42 88q78-40 156 0q-78 34-156 0z', paint.light) +
  disc(120, 150, 18, paint.accent);

/** Building blocks. */
export const blocks = (paint: Paint): string =>
  patterned('M46 130h68v68H46z', paint) +
  filled('M126 130h68v68h-68z', paint.accent) +
  filled('M86 56h68v68H86z', paint.dark) +
  filled('M104 106l16-34 16 34z', '#fffaf0') +
  disc(160, 164, 16, '#fffaf0') +
  stroked('M64 148h32v32H64z', '#fffaf0', 5);

/** A sitting bear. */
export const teddy = (paint: Paint): string =>
  disc(88, 56, 19, paint.dark) +
  disc(152, 56, 19, paint.dark) +
  disc(84, 188, 22, paint.dark) +
  disc(156, 188, 22, paint.dark) +
  patterned('M120 118c62 0 62 84 0 84s-62-84 0-84z', paint) +
  patterned('M120 40c66 0 66 90 0 90s-66-90 0-90z', paint) +
  disc(120, 100, 18, paint.light) +
  disc(101, 80, 5, INK) +
  disc(139, 80, 5, INK) +
  disc(120, 94, 6, INK) +
  filled('M100 128l20 10 20-10v22l-20-10-20 10z', paint.accent);

/** A long-eared rabbit. */
export const rabbit = (paint: Paint): string =>
  filled('M96 80Q70 10 92 14t20 62zM144 80q26-70 4-66t-20 62z', paint.dark) +
  patterned('M120 122c56 0 60 82 0 82s-56-82 0-82z', paint) +
  patterned('M120 62c54 0 54 74 0 74s-54-74 0-74z', paint) +
  disc(104, 96, 5, INK) +
  disc(136, 96, 5, INK) +
  disc(120, 110, 5, paint.accent) +
  disc(120, 172, 22, paint.light);

/** A toy car or van. */
export const car = (paint: Paint): string =>
  patterned('M30 160q0-30 28-32l22-42h70l34 40q26 4 26 34v12H30z', paint) +
  filled('M90 98h26v30H74zM126 98h20l24 30h-44z', '#e5eef0') +
  disc(78, 176, 22, INK) +
  disc(164, 176, 22, INK) +
  disc(78, 176, 9, paint.accent) +
  disc(164, 176, 9, paint.accent);

/** A toy train. */
export const train = (paint: Paint): string =>
  patterned('M40 110h96v60H40z', paint) +
  filled('M136 62h62v108h-62zM56 74h22v38H56z', paint.dark) +
  filled('M148 76h38v34h-38z', '#fffaf0') +
  filled('M28 170h182v12H28z', paint.accent) +
  disc(66, 186, 18, INK) +
  disc(116, 186, 18, INK) +
  disc(172, 184, 22, INK);

/** A ball. */
export const ball = (paint: Paint): string =>
  patterned('M120 44a78 78 0 1 1 0 156a78 78 0 1 1 0-156z', paint) +
  filled('M120 44q44 78 0 156-44-78 0-156z', paint.accent) +
  stroked('M44 108q76 30 152 0', paint.light, 6);

/** A jigsaw or game in its box. */
export const puzzle = (paint: Paint): string =>
  patterned('M48 48h64v20a14 14 0 1 0 16 0V48h64v64h-20a14 14 0 1 0 0 16h20v64H48z', paint) +
  stroked('M112 48v20a14 14 0 1 0 16 0V48', paint.dark, 4) +
  filled('M60 140h52v40H60z', paint.accent);

/** A kite. */
export const kite = (paint: Paint): string =>
  patterned('M132 22 196 92 110 166 60 84z', paint) +
  stroked('M132 22 110 166M60 84l136 8', paint.dark, 4) +
  stroked('M110 166q-38 16-20 30t-30 14', paint.accent, 5) +
  filled('M84 186l20 2-6 14zM58 202l20 2-8 12z', paint.accent);

/** A star. */
export const star = (paint: Paint): string =>
  stroked('M120 16v22', paint.dark, 4) +
  patterned('M120 34l26 58 62 6-47 42 14 62-55-32-55 32 14-62-47-42 62-6z', paint) +
  stroked('M120 34v96M208 98l-88 32M175 202l-55-72M65 202l55-72M32 98l88 32', paint.dark, 2);

/** A bauble. */
export const bauble = (paint: Paint): string =>
  stroked('M120 14v34', paint.dark, 4) +
  filled('M106 46h28v18h-28z', '#d2ae57') +
  patterned('M120 62a68 68 0 1 1 0 136a68 68 0 1 1 0-136z', paint) +
  stroked('M54 122q66 28 132 0M58 146q62 24 124 0', paint.accent, 6) +
  disc(96, 98, 10, paint.light);

/** A door wreath with a bow. */
export const wreath = (paint: Paint): string =>
  `<circle cx="120" cy="116" r="62" fill="none" stroke="${paint.dark}" stroke-width="34"/><circle cx="120" cy="116" r="62" fill="none" stroke="${paint.main}" stroke-width="28" stroke-dasharray="13 7"/>` +
  [
    [66, 84],
    [174, 84],
    [120, 54],
    [60, 140],
    [180, 140],
  ]
    .map(([x = 0, y = 0]) => disc(x, y, 8, paint.accent))
    .join('') +
  filled('M120 178l-36-18v36zM120 178l36-18v36zM112 180h16l10 32-18-10-18 10z', paint.accent);

/** Flags on a string. */
export const bunting = (paint: Paint): string =>
  patterned('M26 78l52 14-34 52zM88 94h64l-32 60zM162 92l52-14-18 66z', paint) +
  stroked('M16 72q104 44 208 0', paint.dark, 5) +
  disc(58, 176, 8, paint.accent) +
  disc(120, 186, 8, paint.accent) +
  disc(182, 176, 8, paint.accent);

/** A conifer. */
export const tree = (paint: Paint): string =>
  filled('M110 176h20v28h-20z', '#8a6242') +
  patterned('M120 24l38 56h-18l34 48h-20l36 52H50l36-52H66l34-48H82z', paint) +
  disc(104, 112, 7, paint.accent) +
  disc(140, 132, 7, paint.accent) +
  disc(96, 158, 7, paint.accent) +
  disc(120, 28, 9, '#e6b94a');

/** An egg. */
export const egg = (paint: Paint): string =>
  patterned('M120 34q56 62 56 104 0 62-56 62t-56-62q0-42 56-104z', paint) +
  stroked('M68 120l17 14 17-14 18 14 18-14 17 14 17-14M66 150h108', paint.accent, 6);

/** A garment on a hanger. */
export const garment = (paint: Paint): string =>
  stroked('M120 52V40q0-14 14-14', paint.dark, 5) +
  patterned('M92 54q28 18 56 0l50 30-20 38-20-10v92H82v-92l-20 10-20-38z', paint) +
  stroked('M92 54q28 18 56 0', paint.accent, 6);

/** A necklace or bracelet. */
export const jewelry = (paint: Paint): string =>
  stroked('M58 40q-6 110 62 124 68-14 62-124', paint.dark, 4) +
  [
    [62, 88],
    [80, 132],
    [160, 132],
    [178, 88],
  ]
    .map(([x = 0, y = 0]) => disc(x, y, 10, paint.main))
    .join('') +
  patterned('M120 150l26 26-26 32-26-32z', paint);
