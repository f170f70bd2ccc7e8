import type { SourceProduct } from './source-product.ts';

/** The shop's range in House/Vases & Clocks. */
export const VASES_AND_CLOCKS: readonly SourceProduct[] = [
  {
    sku: 'VAS-01',
    name: 'Fishbone Stoneware Vase',
    description:
      'Incised with a fishbone pattern before the glaze went on, so it pools darker in the grooves. Tall enough for branches.',
    price: 44,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'teal', material: 'stoneware', style: 'modern', room: 'living room' },
    stock: 22,
  },
  {
    sku: 'VAS-02',
    name: 'Milk Churn Vase',
    description:
      'An enameled jug-shaped vase with a blue rim and two ears. Made for armfuls of whatever grows by the lane.',
    price: 26,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'white', material: 'enamel', style: 'rustic', room: 'kitchen' },
    stock: 38,
  },
  {
    sku: 'VAS-03',
    name: 'Single Stem Bud Vase',
    description: 'A drop of clear glass with just room for one stem. It tips a little and never falls.',
    price: 9.5,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'sky', material: 'glass', style: 'modern', room: 'study' },
    stock: 115,
  },
  {
    sku: 'VAS-04',
    name: 'Trio of Bottle Vases',
    description:
      'Three small bottles in amber, green and smoke, joined by a wire. Change one flower and the whole thing looks new.',
    price: 22,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'amber', material: 'glass', style: 'vintage', room: 'dining room' },
    stock: 46,
  },
  {
    sku: 'VAS-05',
    name: 'Hand-Thrown Moon Jar Vase',
    description:
      'A round white jar made in two halves and joined at the middle, where a faint seam remains. Quiet, heavy and good on its own.',
    price: 95,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'white', material: 'porcelain', style: 'scandi', room: 'hall' },
    stock: 2,
  },
  {
    sku: 'VAS-06',
    name: 'Sunflower Jug Vase',
    description: 'A fat ochre pitcher that holds six sunflowers without leaning. The glaze runs where it wants to.',
    price: 33,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'ochre', material: 'earthenware', style: 'rustic', room: 'kitchen' },
    stock: 27,
  },
  {
    sku: 'VAS-07',
    name: 'Ribbed Posy Vase in Lilac',
    description: 'Small and ribbed, for the short stems children bring in. Also an excellent holder for pens.',
    price: 14,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'lilac', material: 'glass', style: 'playful', room: 'bedroom' },
    stock: 66,
  },
  {
    sku: 'VAS-08',
    name: 'Fern Embossed Vase',
    description:
      'Real fronds were pressed into the clay and burned away in the kiln. Each leaf left its shadow in the glaze.',
    price: 39,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'sage', material: 'stoneware', style: 'botanical', room: 'hall' },
    stock: 19,
  },
  {
    sku: 'VAS-09',
    name: 'Shell Wall Vase',
    description:
      'A scallop that hangs flat to the wall and holds a handful of grasses. Nobody walks past it without touching.',
    price: 28.5,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'coral', material: 'ceramic', style: 'coastal', room: 'bathroom' },
    stock: 24,
  },
  {
    sku: 'VAS-10',
    name: 'Station Wall Clock',
    description: 'A large steel clock with the plain numerals of a country railway platform. The sweep hand is silent.',
    price: 68,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'black', material: 'steel', style: 'vintage', room: 'kitchen' },
    stock: 16,
  },
  {
    sku: 'VAS-11',
    name: 'Plywood Bird Clock',
    description:
      'A songbird stands where the twelve should be and nods once each hour. The movement needs one battery every two years.',
    price: 42,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'natural', material: 'birch plywood', style: 'scandi', room: 'nursery' },
    stock: 25,
  },
  {
    sku: 'VAS-12',
    name: 'Porthole Clock',
    description:
      "A brass-rimmed clock after a ship's instrument, with a hinged glass and a reassuring weight. Also keeps damp out in a bathroom.",
    price: 85,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'brass', material: 'brass', style: 'coastal', room: 'bathroom' },
    stock: 10,
  },
  {
    sku: 'VAS-13',
    name: 'Twin Bell Alarm Clock',
    description:
      'It is loud, mechanical and impossible to ignore. Wind it each night and put it where you have to stand up.',
    price: 29,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'mint', material: 'steel', style: 'vintage', room: 'bedroom' },
    stock: 51,
  },
  {
    sku: 'VAS-14',
    name: 'Cork Face Wall Clock',
    description:
      'A disc of pressed cork with two bright hands and nothing else. Pin notes around the edge if you like.',
    price: 34,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'brown', material: 'cork', style: 'modern', room: 'study' },
    stock: 28,
  },
  {
    sku: 'VAS-15',
    name: 'Walnut Mantel Clock',
    description:
      'A small arch of solid walnut with a cream dial, at home between books. The chime can be switched off, and often is.',
    price: 110,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'walnut', material: 'walnut', style: 'classic', room: 'living room' },
    stock: 7,
  },
  {
    sku: 'VAS-16',
    name: "Botanist's Dial Clock",
    description:
      'Twelve pressed-flower drawings take the place of numbers, from snowdrop to holly. Tell the time by season.',
    price: 46,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'green', material: 'paper', style: 'botanical', room: 'kitchen' },
    stock: 20,
  },
  {
    sku: 'VAS-17',
    name: 'Rocket Alarm Clock',
    description:
      'The second hand is a rocket circling a paper planet, and the alarm counts down from ten. Glows gently all night.',
    price: 27.5,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'orange', material: 'metal', style: 'playful', room: 'nursery' },
    stock: 34,
  },
  {
    sku: 'VAS-18',
    name: 'Sun Ray Mirror',
    description:
      'Thirty-two gilded rays around a small convex glass that shows the whole room at once. Hang it opposite a window.',
    price: 79,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'gold', material: 'resin', style: 'vintage', room: 'hall' },
    stock: 11,
  },
  {
    sku: 'VAS-19',
    name: 'Arched Garden Mirror',
    description:
      'An iron frame like a chapel window, weatherproof behind. It makes a small courtyard look twice as deep.',
    price: 92,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'black', material: 'iron', style: 'classic', room: 'garden' },
    stock: 9,
  },
  {
    sku: 'VAS-20',
    name: 'Oak Gallery Frame',
    description:
      'A slim frame with real glass and a cut mount for a 20 by 30 cm picture. The corners are splined, not stapled.',
    price: 31,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'oak', material: 'oak', style: 'scandi', room: 'hall' },
    stock: 58,
  },
  {
    sku: 'VAS-21',
    name: 'Carved Wren Ornament',
    description:
      'A wren no bigger than the real one, carved from limewood with her tail up. She stands on any shelf edge.',
    price: 23,
    categories: ['House/Vases & Clocks'],
    attributes: { color: 'brown', material: 'limewood', style: 'botanical', room: 'study' },
    stock: 32,
  },
];
