import type { SourceProduct } from './source-product.ts';

/** The shop's range in House/Lanterns & Lamps. */
export const LANTERNS_AND_LAMPS: readonly SourceProduct[] = [
  {
    sku: 'LAN-01',
    name: 'Harbor Storm Lantern',
    description:
      'A galvanized lantern after the ones that hung on fishing boats, with a hinged glass door and a carrying ring. It takes a pillar candle up to 8 cm across and stands steady in the wind.',
    price: 34.9,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'silver', material: 'galvanized steel', style: 'coastal', room: 'garden' },
    stock: 42,
  },
  {
    sku: 'LAN-02',
    name: 'Moroccan Star Lantern',
    description:
      'Hundreds of small holes are punched by hand, so a single tea light throws stars over the wall. The brass finish darkens a little every year, as it should.',
    price: 46,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'brass', material: 'brass', style: 'vintage', room: 'living room' },
    stock: 18,
  },
  {
    sku: 'LAN-03',
    name: 'Little Village Lantern',
    description:
      'A white tin house with cut-out windows and a chimney that lets the warmth out. Three of them along a sill make a street.',
    price: 12.5,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'white', material: 'tin', style: 'scandi', occasion: 'Christmas' },
    stock: 96,
  },
  {
    sku: 'LAN-04',
    name: 'Orchard Wood Lantern',
    description:
      'Four oiled ash posts around clear glass, held by a leather strap. Big enough for three candles of different heights on a porch step.',
    price: 58,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'natural', material: 'ash wood', style: 'rustic', room: 'hall' },
    stock: 14,
  },
  {
    sku: 'LAN-05',
    name: 'Paper Moon Lantern',
    description:
      'A pleated globe of rice paper that folds flat for storage and opens in a second. Hang several at different heights over a summer table.',
    price: 8.9,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'white', material: 'paper', style: 'modern', occasion: 'garden party' },
    stock: 140,
  },
  {
    sku: 'LAN-06',
    name: 'Garden Path Lantern on a Stake',
    description:
      'Push it into the lawn beside the path and drop in a tea light at dusk. The black iron cage keeps moths and small hands away from the flame.',
    price: 16.9,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'black', material: 'iron', style: 'classic', room: 'garden' },
    stock: 63,
  },
  {
    sku: 'LAN-07',
    name: 'Railway Lantern in Signal Red',
    description:
      "Modeled on a guard's hand lamp, with a swiveling handle and a thick lens. It takes a tea light or the battery flame from our candle shelf.",
    price: 39.5,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'red', material: 'steel', style: 'vintage', room: 'hall' },
    stock: 21,
  },
  {
    sku: 'LAN-08',
    name: 'Bamboo Weave Lantern',
    description:
      'Split bamboo is woven loosely around a glass cylinder, so the light comes through in stripes. Light enough to carry down to the beach by its rope handle.',
    price: 27,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'natural', material: 'bamboo', style: 'coastal', room: 'patio' },
    stock: 37,
  },
  {
    sku: 'LAN-09',
    name: 'Fern Glass Hurricane Lantern',
    description:
      "A wide hurricane glass with pressed ferns between two layers, on a low copper foot. By day it looks like a specimen from a botanist's desk.",
    price: 42,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'copper', material: 'glass', style: 'botanical', room: 'dining room' },
    stock: 16,
  },
  {
    sku: 'LAN-10',
    name: 'Midnight Paper Lantern Trio',
    description:
      'Three indigo globes with tiny gold flecks, in sizes of 20, 30 and 40 cm. The wire frames snap open and the cords are included.',
    price: 19.5,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'indigo', material: 'paper', style: 'playful', occasion: 'birthday' },
    stock: 58,
  },
  {
    sku: 'LAN-11',
    name: 'Mushroom Bedside Lamp',
    description:
      'A glazed cap on a stubby stem that glows softly rather than lighting the whole room. It dims with a touch on the rim.',
    price: 49,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'cream', material: 'ceramic', style: 'playful', room: 'bedroom' },
    stock: 33,
  },
  {
    sku: 'LAN-12',
    name: 'Anglepoint Desk Lamp',
    description:
      'Two spring-balanced arms hold the shade exactly where you leave it. The heavy base needs no clamp and the switch sits in the cap.',
    price: 79,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'petrol', material: 'steel', style: 'modern', room: 'study' },
    stock: 24,
  },
  {
    sku: 'LAN-13',
    name: 'Linen Drum Table Lamp',
    description:
      'A turned oak foot under a plain linen drum, for the end of a sofa or a deep windowsill. The shade gives a warm, even light without hot spots.',
    price: 64,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'oatmeal', material: 'oak', style: 'scandi', room: 'living room' },
    stock: 29,
  },
  {
    sku: 'LAN-14',
    name: 'Pleated Boudoir Lamp',
    description:
      'A small lamp with a box-pleated shade and a scalloped brass base. It was drawn from one we found in a seaside hotel.',
    price: 55,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'blush', material: 'brass', style: 'vintage', room: 'bedroom' },
    stock: 19,
  },
  {
    sku: 'LAN-15',
    name: 'Clip-On Reading Light',
    description: 'Clips to a headboard or a hardback and bends to the page. One charge lasts about twelve evenings.',
    price: 18.9,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'black', material: 'aluminum', style: 'modern', room: 'bedroom' },
    stock: 88,
  },
  {
    sku: 'LAN-16',
    name: 'Firefly String Lights',
    description:
      'Forty pinprick lights on a copper wire so thin it disappears among leaves. The battery box is weatherproof and has a six-hour timer.',
    price: 14.5,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'copper', material: 'copper', style: 'botanical', room: 'garden' },
    stock: 120,
  },
  {
    sku: 'LAN-17',
    name: 'Carnival Festoon Lights',
    description:
      'Ten colored bulbs on a rubber cable, made to stay outside all summer. A second string plugs into the end of the first.',
    price: 36,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'red', material: 'rubber', style: 'playful', occasion: 'garden party' },
    stock: 45,
  },
  {
    sku: 'LAN-18',
    name: 'Pebble Night Light',
    description:
      "A smooth porcelain stone that glows amber when the room goes dark. It stays cool, so it can sit within a child's reach.",
    price: 22,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'amber', material: 'porcelain', style: 'modern', room: 'nursery' },
    stock: 52,
  },
  {
    sku: 'LAN-19',
    name: 'Apothecary Glass Lamp',
    description:
      'The bottle-green base is mouth-blown, so every lamp has its own bubbles and waves. It comes with a natural linen shade and a braided cord.',
    price: 72,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'green', material: 'glass', style: 'vintage', room: 'study' },
    stock: 11,
  },
  {
    sku: 'LAN-20',
    name: 'Rattan Pendant Lampshade',
    description:
      'An open weave that scatters the light into a pattern on the ceiling. It fits any standard pendant cord and weighs less than a book.',
    price: 44,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'natural', material: 'rattan', style: 'coastal', room: 'dining room' },
    stock: 26,
  },
  {
    sku: 'LAN-21',
    name: 'Tripod Floor Uplighter',
    description:
      'Three walnut legs and a white cone that lights the ceiling instead of your eyes. A foot switch saves bending down.',
    price: 118,
    categories: ['House/Lanterns & Lamps'],
    attributes: { color: 'walnut', material: 'walnut', style: 'modern', room: 'living room' },
    stock: 0,
  },
];
