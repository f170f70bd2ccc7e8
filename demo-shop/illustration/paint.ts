import { chooseFor } from './hash.ts';

/** The colors of one drawing, each `#rrggbb`. */
export interface Paint {
  /** The product itself. */
  readonly main: string;
  /** Its shaded side. */
  readonly dark: string;
  /** Its lit side. */
  readonly light: string;
  /** Ribbon, flower, flame: whatever should stand out. */
  readonly accent: string;
  readonly backdrop: string;
}

const COLOR_WORDS: Readonly<Record<string, string>> = {
  amber: '#d0892b',
  aqua: '#6fb7b7',
  beige: '#d8c4a3',
  black: '#3a3a3c',
  blue: '#4a78ad',
  blush: '#e3b5aa',
  bone: '#e6dccb',
  brass: '#c49a3f',
  bronze: '#96693a',
  brown: '#8a6242',
  burgundy: '#7b2e3b',
  charcoal: '#4b4f53',
  clay: '#b96f4d',
  copper: '#bd7245',
  coral: '#e27d66',
  cream: '#efe4cb',
  denim: '#52708f',
  emerald: '#2f7d5b',
  forest: '#37604a',
  gold: '#cfa544',
  golden: '#cfa544',
  gray: '#8f9496',
  green: '#6a9561',
  grey: '#8f9496',
  honey: '#dba548',
  indigo: '#454f8c',
  ivory: '#efe8d8',
  jade: '#5aa184',
  lavender: '#a99ac9',
  lemon: '#ecd35c',
  lilac: '#b8a1cf',
  mint: '#a5cfb5',
  moss: '#77824a',
  mustard: '#d2a03a',
  natural: '#cfae7e',
  navy: '#33496e',
  oak: '#bf935c',
  oatmeal: '#dccdb2',
  ochre: '#c98f37',
  olive: '#868445',
  orange: '#df8742',
  peach: '#eeb792',
  petrol: '#2f6470',
  pink: '#dd92a4',
  plum: '#74455f',
  purple: '#80619c',
  red: '#bf4a43',
  retrospot: '#c8434a',
  rose: '#cf8189',
  rust: '#ad552f',
  sage: '#9db190',
  sand: '#d9c29a',
  silver: '#b4babf',
  sky: '#90bcd8',
  slate: '#66727c',
  spruce: '#3b6258',
  stone: '#b9b1a3',
  straw: '#d8bd7a',
  sunflower: '#e8b73f',
  teal: '#3f8585',
  terracotta: '#c26e49',
  turquoise: '#57aeb0',
  violet: '#7d69a8',
  walnut: '#765038',
  white: '#f2efe8',
  willow: '#b18c59',
  yellow: '#e5bd4a',
};

const UNNAMED: readonly [string, ...string[]] = [
  '#c26e49',
  '#4a78ad',
  '#6a9561',
  '#d2a03a',
  '#80619c',
  '#3f8585',
  '#bf4a43',
  '#dd92a4',
  '#9db190',
  '#33496e',
];
const ACCENTS: readonly [string, ...string[]] = ['#e0a63e', '#c8553d', '#3f7f74', '#5b6fa8', '#d98a9a', '#7a8f4a'];
const BACKDROPS: readonly [string, ...string[]] = [
  '#f1e6d4',
  '#e4ebe0',
  '#e3eaf0',
  '#f3e1d9',
  '#ece4ee',
  '#e9e7df',
  '#dfeae8',
  '#f4ead0',
];

/**
 * Chooses the colors of one drawing: the product's own color where the shop names one.
 *
 * @param texts Where to look for a color word, the most telling text first.
 */
export function choosePaint(id: string, texts: readonly string[]): Paint {
  const main = findColor(texts) ?? chooseFor(id, 'color', UNNAMED);
  return {
    main,
    dark: mix(main, '#2b2622', 0.25 + 0.2 * lightness(main)), // a pale product needs a stronger shade to stand out
    light: mix(main, '#ffffff', 0.45),
    accent: chooseFor(id, 'accent', ACCENTS),
    backdrop: chooseFor(id, 'backdrop', BACKDROPS),
  };
}

function findColor(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    for (const word of text.toLowerCase().match(/[a-z]+/g) ?? []) {
      if (Object.hasOwn(COLOR_WORDS, word)) return COLOR_WORDS[word];
    }
  }
  return undefined;
}

/** Returns how light a color is, from 0 to 1: the mean of its channels. */
function lightness(color: string): number {
  return (readChannel(color, 0) + readChannel(color, 1) + readChannel(color, 2)) / (3 * 255);
}

/** @param index 0 red, 1 green, 2 blue. */
function readChannel(color: string, index: number): number {
  return Number.parseInt(color.slice(1 + index * 2, 3 + index * 2), 16);
}

/** @param share How much of `to`, from 0 to 1. */
function mix(from: string, to: string, share: number): string {
  const mixed = [0, 1, 2].map((index) =>
    Math.round(readChannel(from, index) * (1 - share) + readChannel(to, index) * share),
  );
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
