import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { languageOf } from '#trainer/text-language.ts';
import { titlesOf } from './shop-texts.ts';

const DATA = process.env.VITRINE_DATA ?? '../shared/data';

/** Twelve titles of a shop. */
const SHOPS: readonly (readonly [what: string, language: string, titles: string])[] = [
  [
    'English in dirty upper case',
    'en',
    'PINK CHERRY LIGHTS|RED RETROSPOT JUMBO BAG |SET/6 WOODLAND PAPER PLATES|T-LIGHT GLASS FLUTED ANTIQUE|wet/rusty|BLACK/BLUE POLKADOT UMBRELLA|HOT WATER BOTTLE KEEP CALM|BATHROOM METAL SIGN|CREAM SWEETHEART EGG HOLDER|DOORMAT UNION FLAG|LUNCH BAG CARS BLUE|damaged',
  ],
  [
    'English keyword strings',
    'en',
    'nail polish red shimmer 15ml|hydrating face wash aloe|waterproof mascara black|shea butter body lotion|hair dryer ionic travel|lip balm spf 15 mint|eyeliner pencil brown|dandruff shampoo 2 in 1|vitamin c serum oily skin|bath bombs lavender set|beard trimmer cordless|makeup brush kit 12pc',
  ],
  [
    'English clothing with made-up names',
    'en',
    'Orla Fleece Hoodie|Jaxon Crewneck Tee|Mira Yoga Pant|Dash Running Short|Elio Rain Jacket|Fenn Tank|Cora Sports Bra|Atlas Duffle Bag|Zuri Legging|Bram Half-Zip Pullover|Ilsa Capri|Kade Training Short',
  ],
  [
    'German fashion, half of it English words',
    'de',
    'Slim Fit Jeans dunkelblau|Basic T-Shirt Rundhals weiß|Oversized Hoodie Damen|Softshelljacke mit Kapuze|Running Tights Herren|Wintermantel aus Wolle|Sport-BH Medium Impact|Boxershorts 3er-Pack|Strickpullover Rollkragen|Maxikleid mit Blumenprint|Leggings High Waist|Trekkingschuhe wasserdicht',
  ],
  [
    'Dutch',
    'nl',
    'Houten snijplank|Dames winterjas|Koffiemok blauw|Kinderbed wit|Tafellamp zwart|Wollen trui heren|Waterfles 1 liter|Badhanddoek katoen|Bureaustoel|Kaarsenhouder glas|Regenjas kind|Theedoeken set',
  ],
  [
    'French',
    'fr',
    'Lampe de bureau noire|Nappe en lin|Veste imperméable femme|Tasse à café bleue|Drap de bain coton|Chaise pliante|Couverture bébé|Sac à main en cuir|Couteau de cuisine|Bougie parfumée|Robe longue à fleurs|Coussin rayé',
  ],
  [
    'Spanish',
    'es',
    'Lámpara de mesa|Mantel de lino|Chaqueta impermeable mujer|Taza de café azul|Toalla de baño algodón|Silla plegable|Manta para bebé|Bolso de cuero|Cuchillo de cocina|Vela aromática|Vestido largo de flores|Cojín a rayas',
  ],
  [
    'Turkish',
    'tr',
    'Kadın deri çanta|Erkek pamuklu tişört|Kız çocuk elbise|Cam çay bardağı|Ahşap yemek masası|Bebek battaniyesi|Beyaz spor ayakkabı|Mutfak bıçağı seti|Kahve fincanı|Banyo havlusu|Koltuk örtüsü|Yün kazak',
  ],
  [
    'Russian',
    'ru',
    'Настольная лампа|Льняная скатерть|Женская куртка|Кофейная чашка|Банное полотенце|Складной стул|Детское одеяло|Кожаная сумка|Кухонный нож|Ароматическая свеча|Длинное платье|Подушка в полоску',
  ],
];

/** Each long enough to be judged alone. */
const LONG_TEXTS = {
  en: 'Hand-thrown stoneware mug with a speckled glaze and a wide handle. '.repeat(5),
  fr: 'Tasse en grès tournée à la main, émail moucheté et anse large. '.repeat(5),
};

describe('the language of a shop’s texts', () => {
  test.each(SHOPS)('%s: %s', (_, language, titles) => {
    expect(languageOf(titles.split('|'))).toBe(language);
  });

  test.each(['de', 'ja', 'th', 'zh'] as const)('%s: 25 to 30 titles of a small shop', (language) => {
    expect(languageOf(titlesOf(language).map(({ title }) => title))).toBe(language);
  });

  test.each([
    ['no text', []],
    ['empty texts', ['', '', '']],
    ['a few words', ['Blue mug', 'Red lamp', 'A wooden chair']],
    ['numbers alone', Array.from({ length: 60 }, (_, i) => `${4711 + 13 * i}`)],
  ])('cannot be told from %s', (_, texts) => {
    expect(languageOf(texts)).toBeUndefined();
  });

  test('is English only if two thirds of the texts are', () => {
    const shop = (numEnglish: number, numFrench: number) => [
      ...Array<string>(numEnglish).fill(LONG_TEXTS.en),
      ...Array<string>(numFrench).fill(LONG_TEXTS.fr),
    ];
    expect(languageOf(shop(7, 3))).toBe('en');
    expect(languageOf(shop(6, 4))).toBe('fr');
  });

  test('of a large catalog is judged on all of it', () => {
    const texts = [...Array<string>(3000).fill(LONG_TEXTS.en), ...Array<string>(7000).fill(LONG_TEXTS.fr)];
    expect(languageOf(texts)).toBe('fr');
  });
});

describe('of real catalogs', () => {
  const files = {
    'online-retail/orders-2010-12-to-2011-08.csv.gz': (text: string) =>
      text.split('\n').flatMap((line, i) => (i % 100 === 1 ? (line.split(',')[2] ?? []) : [])),
    'amazon-beauty/Beauty.items.jsonl.gz': (text: string) =>
      text.split('\n').flatMap((line) => /"keywords":"([^"]*)"/.exec(line)?.[1] ?? []),
    'luma/catalog.json': (text: string) => [...text.matchAll(/"name": "([^"]*)"/g)].map(([, name]) => name as string),
  };
  for (const [name, titlesIn] of Object.entries(files)) {
    const path = join(DATA, name);
    test.skipIf(!existsSync(path))(`${name} is English, by its titles alone`, () => {
      const bytes = readFileSync(path);
      const titles = titlesIn((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
      expect(titles.length).toBeGreaterThan(150);
      expect(languageOf(titles)).toBe('en');
      expect(languageOf(titles.slice(40, 70))).toBe('en');
    });
  }
});
