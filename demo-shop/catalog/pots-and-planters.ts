import type { SourceProduct } from './source-product.ts';

/** The shop's range in Garden/Pots & Planters. */
export const POTS_AND_PLANTERS: readonly SourceProduct[] = [
  {
    sku: 'POT-01',
    name: 'Long Tom Terracotta Pot',
    description:
      'Tall and narrow for deep roots, with a plain rolled rim. Fired hard enough to stay out through a frost.',
    price: 18,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'terracotta', material: 'terracotta', style: 'classic', room: 'patio' },
    stock: 84,
  },
  {
    sku: 'POT-02',
    name: 'Whitewashed Garden Pot',
    description:
      'Lime wash over red clay that weathers within a season into something from a southern courtyard. The drainage hole is already drilled.',
    price: 24,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'white', material: 'terracotta', style: 'coastal', room: 'patio' },
    stock: 46,
  },
  {
    sku: 'POT-03',
    name: 'Beehive Planter with Saucer',
    description: 'Coiled by hand like an old straw skep, in honey-colored stoneware. A good home for a trailing fern.',
    price: 38,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'honey', material: 'stoneware', style: 'rustic', room: 'living room' },
    stock: 22,
  },
  {
    sku: 'POT-04',
    name: 'Face Plant Pot, Dreaming',
    description:
      'A ceramic face with closed eyes that grows whatever hair you plant. Chives are popular and so are curls of ivy.',
    price: 21,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'blush', material: 'ceramic', style: 'playful', room: 'kitchen' },
    stock: 53,
  },
  {
    sku: 'POT-05',
    name: 'Terrazzo Pot in Confetti',
    description:
      'Chips of marble in seven colors set in white cement and polished flat. It comes with a cork mat for the windowsill.',
    price: 29.5,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'white', material: 'terrazzo', style: 'modern', room: 'study' },
    stock: 39,
  },
  {
    sku: 'POT-06',
    name: 'Concrete Cube Planter',
    description: 'Cast in raw gray with softened corners, and lighter than it looks. Lines up in threes very well.',
    price: 26,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'gray', material: 'concrete', style: 'modern', room: 'patio' },
    stock: 42,
  },
  {
    sku: 'POT-07',
    name: 'Zinc Herb Trough',
    description:
      'Three square pots in a narrow zinc tray that fits a kitchen sill exactly. Parsley in the middle, where it is coolest.',
    price: 32,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'silver', material: 'zinc', style: 'rustic', room: 'kitchen' },
    stock: 50,
  },
  {
    sku: 'POT-08',
    name: 'Oak Barrel Window Box',
    description:
      'Made of old staves with the iron hoops left on. The inside is charred, which keeps rot away for years.',
    price: 68,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'oak', material: 'oak', style: 'rustic', room: 'garden' },
    stock: 12,
  },
  {
    sku: 'POT-09',
    name: 'Macrame Hanging Planter',
    description:
      'Knotted cotton cord for a pot up to 18 cm, ending in a long fringe. One hook, one evening, one jungle.',
    price: 19.5,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'cream', material: 'cotton', style: 'vintage', room: 'living room' },
    stock: 65,
  },
  {
    sku: 'POT-10',
    name: 'Brass Half-Moon Hanging Planter',
    description:
      'A shallow brass crescent on a chain, for succulents that like to look out. The liner lifts out for watering.',
    price: 44,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'brass', material: 'brass', style: 'modern', room: 'bedroom' },
    stock: 17,
  },
  {
    sku: 'POT-11',
    name: 'Indigo Glazed Bonsai Pot',
    description:
      'A low tray with feet and a glaze like deep water. Two wire holes hold the root ball while it settles.',
    price: 35,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'indigo', material: 'stoneware', style: 'scandi', room: 'study' },
    stock: 20,
  },
  {
    sku: 'POT-12',
    name: 'Self-Watering Herb Pot',
    description: 'A wick draws from the reservoir below for up to ten days. Basil stops sulking and so do you.',
    price: 22.5,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'sage', material: 'recycled plastic', style: 'modern', room: 'kitchen' },
    stock: 78,
  },
  {
    sku: 'POT-13',
    name: 'Victorian Rim Flower Pot, Set of Five',
    description:
      'Nested clay pots in the old potting-shed sizes, stamped with their numbers. For seedlings, bulbs and paint brushes.',
    price: 27,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'terracotta', material: 'terracotta', style: 'vintage', room: 'greenhouse' },
    stock: 56,
  },
  {
    sku: 'POT-14',
    name: 'Scalloped Edge Planter',
    description:
      'A cast planter with a petal rim, in a yellow that cheers up a north-facing step. Frost-proof to minus fifteen.',
    price: 41,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'yellow', material: 'fiberstone', style: 'playful', room: 'patio' },
    stock: 19,
  },
  {
    sku: 'POT-15',
    name: 'Blue and White Ginger Planter',
    description:
      'Brushwork peonies and a heron under a clear glaze, after an old export pattern. Looks well with an orange tree.',
    price: 57,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'blue', material: 'porcelain', style: 'classic', room: 'hall' },
    stock: 13,
  },
  {
    sku: 'POT-16',
    name: 'Cactus Garden Bowl',
    description:
      'A wide shallow bowl in sandy clay with a layer of grit and three planting sticks. Plant it once and forget it kindly.',
    price: 23,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'sand', material: 'clay', style: 'modern', room: 'study' },
    stock: 47,
  },
  {
    sku: 'POT-17',
    name: 'Bamboo Plant Stand',
    description: 'Three legs and two heights, to lift a pot toward the light. Folds flat when you move the jungle.',
    price: 31,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'natural', material: 'bamboo', style: 'scandi', room: 'living room' },
    stock: 34,
  },
  {
    sku: 'POT-18',
    name: 'Glass Terrarium House',
    description: 'A small greenhouse of soldered panes with a hinged roof. Moss, a fern and a stone are all it needs.',
    price: 54,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'black', material: 'glass', style: 'botanical', room: 'living room' },
    stock: 15,
  },
  {
    sku: 'POT-19',
    name: 'Mossy Stone Planter',
    description:
      'Reconstituted stone with an aged surface that gathers real moss within a year or so. Let the rain do the watering.',
    price: 62,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'moss', material: 'stone', style: 'classic', room: 'garden' },
    stock: 11,
  },
  {
    sku: 'POT-20',
    name: 'Seedling Pot Maker',
    description:
      'Turn strips of newspaper into plantable pots with a press and a twist. Turned from beech, with a drawer full of good intentions.',
    price: 13.5,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'natural', material: 'beech', style: 'botanical', room: 'greenhouse' },
    stock: 82,
  },
  {
    sku: 'POT-21',
    name: 'Strawberry Planter',
    description:
      'A tall clay jar with eight pockets in its sides and one at the top. Turn it a little each week so that all of them ripen.',
    price: 36,
    categories: ['Garden/Pots & Planters'],
    attributes: { color: 'rust', material: 'terracotta', style: 'vintage', room: 'garden' },
    stock: 24,
  },
];
