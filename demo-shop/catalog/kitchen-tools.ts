import type { SourceProduct } from './source-product.ts';

/** The shop's range in Kitchen/Kitchen Tools. */
export const KITCHEN_TOOLS: readonly SourceProduct[] = [
  {
    sku: 'KIT-01',
    name: 'Olivewood Chopping Board',
    description:
      'Cut from one plank with its bark edge left on, so each has its own outline. Oil it twice a year and it will outlive you.',
    price: 48,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'brown', material: 'olivewood', style: 'rustic', room: 'kitchen' },
    stock: 29,
  },
  {
    sku: 'KIT-02',
    name: 'End Grain Butcher Board',
    description:
      'Maple blocks stand on end, which heals knife marks and spares the blade. It weighs five kilos and does not slide.',
    price: 96,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'oak', material: 'maple', style: 'classic', room: 'kitchen' },
    stock: 9,
  },
  {
    sku: 'KIT-03',
    name: 'Slate Cheese Board with Chalk',
    description:
      'Write the names beside the cheeses and wipe them off after the last crumb. Felt feet protect the table.',
    price: 26,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'slate', material: 'slate', style: 'modern', occasion: 'dinner party' },
    stock: 38,
  },
  {
    sku: 'KIT-04',
    name: 'Paddle Bread Board',
    description:
      'A long beech paddle for baguettes, flatbreads or carrying things grandly. Hang it by the leather loop.',
    price: 34,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'natural', material: 'beech', style: 'scandi', room: 'kitchen' },
    stock: 27,
  },
  {
    sku: 'KIT-05',
    name: "Carbon Steel Cook's Knife",
    description:
      'A 20 cm blade that takes an edge like a razor and a patina like a coin. Dry it after use and it asks for nothing more.',
    price: 89,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'black', material: 'carbon steel', style: 'classic', room: 'kitchen' },
    stock: 14,
  },
  {
    sku: 'KIT-06',
    name: 'Little Paring Knife in Cherry',
    description:
      'A short curved blade in a cherrywood handle, made for the hand rather than the board. It peels a pear in one ribbon.',
    price: 22,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'red', material: 'cherrywood', style: 'rustic', room: 'kitchen' },
    stock: 48,
  },
  {
    sku: 'KIT-07',
    name: 'Serrated Tomato Knife',
    description: 'Fine teeth bite the skin before the flesh knows about it. The forked tip lifts the slice.',
    price: 17.5,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'red', material: 'steel', style: 'modern', room: 'kitchen' },
    stock: 55,
  },
  {
    sku: 'KIT-08',
    name: 'Cheese Knives, Set of Three',
    description:
      'One for hard, one for soft and one for the blue that crumbles. The brass handles feel good and clean easily.',
    price: 36,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'brass', material: 'brass', style: 'vintage', occasion: 'dinner party' },
    stock: 23,
  },
  {
    sku: 'KIT-09',
    name: 'Beech Spoon and Spatula Set',
    description:
      'Five tools turned from a single batch of wood, in a shape your hand already knows. They do not scratch and do not melt.',
    price: 24,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'natural', material: 'beech', style: 'scandi', room: 'kitchen' },
    stock: 61,
  },
  {
    sku: 'KIT-10',
    name: 'Silicone Jar Spatula in Coral',
    description:
      'Slim enough for the last of the honey, bendy enough for the curve of a bowl. One piece, so nothing hides in a joint.',
    price: 8.9,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'coral', material: 'silicone', style: 'modern', room: 'kitchen' },
    stock: 102,
  },
  {
    sku: 'KIT-11',
    name: 'Balloon Whisk with Ash Handle',
    description:
      'Eleven springy wires for cream, batter and the occasional rescue of a sauce. The handle is long enough to stay clean.',
    price: 15,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'silver', material: 'ash wood', style: 'classic', room: 'kitchen' },
    stock: 64,
  },
  {
    sku: 'KIT-12',
    name: 'French Rolling Pin',
    description:
      'Tapered at the ends, without handles, so you can feel the dough. Oiled pear wood with barely a grain.',
    price: 21.5,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'natural', material: 'pear wood', style: 'rustic', room: 'kitchen' },
    stock: 40,
  },
  {
    sku: 'KIT-13',
    name: 'Granite Pestle and Mortar Bowl',
    description: 'Rough inside, polished outside and far too heavy to wander. Pesto in three minutes.',
    price: 44,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'gray', material: 'granite', style: 'rustic', room: 'kitchen' },
    stock: 18,
  },
  {
    sku: 'KIT-14',
    name: 'Sourdough Starter Jar',
    description:
      'A straight glass jar with a cloth lid, a band to mark the rise and a feeding calendar. Name it before you begin.',
    price: 19.5,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'white', material: 'glass', style: 'scandi', room: 'kitchen' },
    stock: 45,
  },
  {
    sku: 'KIT-15',
    name: 'Tea Caddy in Duck Egg',
    description:
      'A double-lidded tin that keeps leaves dry and scented, with a scoop inside. The paint is meant to wear at the edges.',
    price: 18,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'mint', material: 'tin', style: 'vintage', room: 'kitchen' },
    stock: 58,
  },
  {
    sku: 'KIT-16',
    name: 'Stoneware Flour Canister',
    description:
      'A two-kilo crock with a wooden lid that closes with a sigh. The word is pressed into the clay, not printed.',
    price: 39,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'cream', material: 'stoneware', style: 'rustic', room: 'kitchen' },
    stock: 21,
  },
  {
    sku: 'KIT-17',
    name: 'Cast Iron Casserole in Petrol',
    description:
      'Heavy, slow and even, enameled inside so nothing sticks or sours. The knob stays safe up to 250 degrees.',
    price: 129,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'petrol', material: 'cast iron', style: 'classic', room: 'kitchen' },
    stock: 8,
  },
  {
    sku: 'KIT-18',
    name: 'Copper Sugar Pan',
    description:
      'A small pan with a pouring lip for caramel, syrup and melted butter. Tin-lined, with an iron handle that hangs.',
    price: 74,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'copper', material: 'copper', style: 'vintage', room: 'kitchen' },
    stock: 10,
  },
  {
    sku: 'KIT-19',
    name: 'Allotment Tea Towel',
    description:
      'Every bed of an allotment in screen-printed rows, from leeks to sweet peas. It dries glasses without lint.',
    price: 12,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'green', material: 'cotton', style: 'botanical', room: 'kitchen' },
    stock: 110,
  },
  {
    sku: 'KIT-20',
    name: 'Lighthouse Tea Towels, Pair',
    description:
      'Twelve lighthouses in blue on white, with their flash patterns in the border. Heavy linen union that gets better.',
    price: 19,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'blue', material: 'linen', style: 'coastal', room: 'kitchen' },
    stock: 72,
  },
  {
    sku: 'KIT-21',
    name: 'Cross-Back Apron in Rust',
    description:
      'No ties and no fuss: it goes on like a vest and hangs from the shoulders. Two pockets deep enough for a phone and a peeler.',
    price: 46,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'rust', material: 'linen', style: 'modern', room: 'kitchen' },
    stock: 25,
  },
  {
    sku: 'KIT-22',
    name: "Children's Baking Apron",
    description:
      'Covered in misshapen gingerbread people and sized for ages three to seven. A matching cloth hangs from a button.',
    price: 19.5,
    categories: ['Kitchen/Kitchen Tools'],
    attributes: { color: 'pink', material: 'cotton', style: 'playful', occasion: 'birthday' },
    stock: 36,
  },
];
