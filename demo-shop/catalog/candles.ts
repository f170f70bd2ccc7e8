import type { SourceProduct } from './source-product.ts';

/** The shop's range in House/Candles. */
export const CANDLES: readonly SourceProduct[] = [
  {
    sku: 'CAN-01',
    name: 'Beeswax Tea Lights, Box of 24',
    description:
      'Pure beeswax in reusable metal cups, with the faint honey smell that needs no perfume. Each one burns for about four hours.',
    price: 13.9,
    categories: ['House/Candles'],
    attributes: { color: 'honey', material: 'beeswax', style: 'rustic', occasion: 'everyday' },
    stock: 180,
  },
  {
    sku: 'CAN-02',
    name: 'Unscented Tea Lights, Bag of 50',
    description:
      'Plain white tea lights of rapeseed wax for lanterns, holders and warmers. They burn clean and go out without smoke.',
    price: 9.5,
    categories: ['House/Candles'],
    attributes: { color: 'white', material: 'rapeseed wax', style: 'classic', occasion: 'everyday' },
    stock: 240,
  },
  {
    sku: 'CAN-03',
    name: 'Rainbow Tea Lights',
    description:
      'Thirty tea lights in six colors that keep their color as they melt. The clear cups let the glow through the sides.',
    price: 11.9,
    categories: ['House/Candles'],
    attributes: { color: 'orange', material: 'soy wax', style: 'playful', occasion: 'birthday' },
    stock: 75,
  },
  {
    sku: 'CAN-04',
    name: 'Cathedral Pillar Candle',
    description:
      'A broad ivory pillar with a burn time of some ninety hours. The cotton wick burns low and even, so the rim holds to the end.',
    price: 21,
    categories: ['House/Candles'],
    attributes: { color: 'ivory', material: 'rapeseed wax', style: 'classic', room: 'dining room' },
    stock: 64,
  },
  {
    sku: 'CAN-05',
    name: 'Rustic Pillar Candle in Moss',
    description:
      'Poured cold so that the surface shows frosty streaks like lichen. A heavy, slow candle for the bigger lanterns.',
    price: 15.5,
    categories: ['House/Candles'],
    attributes: { color: 'moss', material: 'stearin', style: 'rustic', room: 'living room' },
    stock: 71,
  },
  {
    sku: 'CAN-06',
    name: 'Dinner Candles in Terracotta, Pair',
    description:
      'Two hand-dipped tapers joined by their wick, just as they leave the dipping frame. They fit our holders and burn for eight hours.',
    price: 7.9,
    categories: ['House/Candles'],
    attributes: { color: 'terracotta', material: 'stearin', style: 'rustic', room: 'dining room' },
    stock: 130,
  },
  {
    sku: 'CAN-07',
    name: 'Dinner Candles in Ink Blue, Pair',
    description:
      'A deep blue that goes all the way through, so drips look deliberate. Cut them apart or hang them from a peg by the wick.',
    price: 7.9,
    categories: ['House/Candles'],
    attributes: { color: 'navy', material: 'stearin', style: 'modern', room: 'dining room' },
    stock: 112,
  },
  {
    sku: 'CAN-08',
    name: 'Twisted Taper Candles',
    description: 'Each is turned by hand while still warm, so no two spirals match. Sold as four in plum and rose.',
    price: 14,
    categories: ['House/Candles'],
    attributes: { color: 'plum', material: 'stearin', style: 'playful', occasion: 'birthday' },
    stock: 48,
  },
  {
    sku: 'CAN-09',
    name: 'Fig Leaf Scented Candle',
    description:
      'Green fig, crushed leaf and a little cedar in a ribbed glass that later makes a good tumbler. Forty-five hours of slow scent.',
    price: 24,
    categories: ['House/Candles'],
    attributes: { color: 'green', material: 'soy wax', style: 'botanical', room: 'living room' },
    stock: 57,
  },
  {
    sku: 'CAN-10',
    name: 'Salt and Driftwood Scented Candle',
    description:
      'Smells of a cold beach walk: sea salt, wet rope, smoke from somewhere. Poured in a stoneware cup with a matte rim.',
    price: 26,
    categories: ['House/Candles'],
    attributes: { color: 'stone', material: 'soy wax', style: 'coastal', room: 'bathroom' },
    stock: 44,
  },
  {
    sku: 'CAN-11',
    name: 'Orange and Clove Tin Candle',
    description:
      'The smell of studded oranges drying by the stove, in a tin that fits a coat pocket. The lid snuffs the flame.',
    price: 12,
    categories: ['House/Candles'],
    attributes: { color: 'orange', material: 'soy wax', style: 'vintage', occasion: 'Christmas' },
    stock: 90,
  },
  {
    sku: 'CAN-12',
    name: 'Tomato Vine Jar Candle',
    description:
      "The sharp green smell your fingers have after picking tomatoes. A gardener's favorite, in a jar with a cork lid.",
    price: 19.5,
    categories: ['House/Candles'],
    attributes: { color: 'red', material: 'soy wax', style: 'botanical', room: 'kitchen' },
    stock: 53,
  },
  {
    sku: 'CAN-13',
    name: 'Lavender Field Jar Candle',
    description:
      'Real lavender oil from one farm, not too sweet. Light it half an hour before bed and remember to blow it out.',
    price: 19.5,
    categories: ['House/Candles'],
    attributes: { color: 'lavender', material: 'soy wax', style: 'classic', room: 'bedroom' },
    stock: 61,
  },
  {
    sku: 'CAN-14',
    name: 'Hanging Heart Tea Light Holder',
    description:
      'A small white wire heart with a glass cup at its center, for a window or a low branch. It moves with the air and so does the light.',
    price: 6.5,
    categories: ['House/Candles'],
    attributes: { color: 'white', material: 'wire', style: 'vintage', room: 'garden' },
    stock: 150,
  },
  {
    sku: 'CAN-15',
    name: 'Ribbed Amber Tea Light Glass',
    description:
      'Thick pressed glass that turns any tea light the color of late afternoon. Set them in a row of five or seven.',
    price: 5.5,
    categories: ['House/Candles'],
    attributes: { color: 'amber', material: 'glass', style: 'vintage', room: 'dining room' },
    stock: 165,
  },
  {
    sku: 'CAN-16',
    name: 'Pressed Flower Tea Light Holder',
    description:
      'Meadow flowers laid between two sheets of glass and held with solder. Candlelight shows up the veins of each petal.',
    price: 11.5,
    categories: ['House/Candles'],
    attributes: { color: 'yellow', material: 'glass', style: 'botanical', room: 'living room' },
    stock: 47,
  },
  {
    sku: 'CAN-17',
    name: 'Beech Candlestick Set',
    description:
      'Three turned candlesticks of different heights, finished with hard oil. They nest in one hand and look best together.',
    price: 28,
    categories: ['House/Candles'],
    attributes: { color: 'natural', material: 'beech', style: 'scandi', room: 'dining room' },
    stock: 36,
  },
  {
    sku: 'CAN-18',
    name: 'Wrought Iron Candelabra',
    description:
      'Five arms forged from a single bar, with drip pans the size of a coin. It will outlive the table it stands on.',
    price: 68,
    categories: ['House/Candles'],
    attributes: { color: 'black', material: 'iron', style: 'classic', room: 'dining room' },
    stock: 9,
  },
  {
    sku: 'CAN-19',
    name: 'Rosemary Wax Melts',
    description:
      'Eight scored squares to crumble into a warmer, with rosemary and lemon peel. One square scents a kitchen for an evening.',
    price: 8.5,
    categories: ['House/Candles'],
    attributes: { color: 'sage', material: 'soy wax', style: 'botanical', room: 'kitchen' },
    stock: 83,
  },
  {
    sku: 'CAN-20',
    name: 'Battery Flame Pillar',
    description:
      'A wax-covered light with a flame that sways, for nurseries and bookshelves. Its timer turns it on at the same hour each night.',
    price: 16.5,
    categories: ['House/Candles'],
    attributes: { color: 'cream', material: 'wax', style: 'modern', room: 'nursery' },
    stock: 67,
  },
  {
    sku: 'CAN-21',
    name: 'Long Matches in a Bottle',
    description:
      'Sixty extra-long matches with colored tips in a glass bottle, with the striker on its base. Enough reach for the bottom of the deepest lantern.',
    price: 9.9,
    categories: ['House/Candles'],
    attributes: { color: 'pink', material: 'glass', style: 'playful', room: 'living room' },
    stock: 105,
  },
];
