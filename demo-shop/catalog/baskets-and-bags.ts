import type { SourceProduct } from './source-product.ts';

/** The shop's range in House/Baskets & Bags. */
export const BASKETS_AND_BAGS: readonly SourceProduct[] = [
  {
    sku: 'BAS-01',
    name: 'Willow Log Basket',
    description:
      'Stout English willow with a hessian liner that catches the bark. Two people can carry it full, or one with pride.',
    price: 74,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'willow', material: 'willow', style: 'rustic', room: 'living room' },
    stock: 13,
  },
  {
    sku: 'BAS-02',
    name: 'Seagrass Belly Basket',
    description:
      'It stands tall for laundry or folds down on itself for toys. Smells faintly of hay for the first week.',
    price: 29,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'straw', material: 'seagrass', style: 'coastal', room: 'bedroom' },
    stock: 47,
  },
  {
    sku: 'BAS-03',
    name: 'Wire Egg Basket',
    description: 'A chicken-shaped basket that keeps eggs aired and counted. The tail is the handle.',
    price: 17.5,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'black', material: 'wire', style: 'rustic', room: 'kitchen' },
    stock: 54,
  },
  {
    sku: 'BAS-04',
    name: 'Felt Storage Basket',
    description:
      "Thick gray felt that keeps its shape without a frame, stitched in yellow. It slides onto most shelves with a hand's width to spare.",
    price: 24,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'gray', material: 'wool felt', style: 'scandi', room: 'study' },
    stock: 60,
  },
  {
    sku: 'BAS-05',
    name: 'Striped Rope Basket',
    description:
      'Cotton rope coiled and sewn in one unbroken spiral, with a petrol stripe near the top. Washable, squashable and kind to furniture.',
    price: 32,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'petrol', material: 'cotton', style: 'modern', room: 'nursery' },
    stock: 35,
  },
  {
    sku: 'BAS-06',
    name: 'Wicker Picnic Basket for Four',
    description:
      'Plates, cups and cutlery are strapped into the lid, and there is still space for a pie. The leather hinges are sewn, not glued.',
    price: 98,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'natural', material: 'wicker', style: 'classic', occasion: 'picnic' },
    stock: 10,
  },
  {
    sku: 'BAS-07',
    name: 'Garden Trug in Painted Ash',
    description:
      'Bent ash and willow boards in the old Sussex manner, painted leaf green. For roses, beans, or gloves and string.',
    price: 56,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'green', material: 'ash wood', style: 'botanical', room: 'garden' },
    stock: 21,
  },
  {
    sku: 'BAS-08',
    name: 'Market Basket with Leather Handles',
    description:
      'A round palm-leaf basket with long handles for the shoulder. It has seen melons, cheese and once a puppy.',
    price: 41,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'straw', material: 'palm leaf', style: 'vintage', occasion: 'everyday' },
    stock: 29,
  },
  {
    sku: 'BAS-09',
    name: 'Apple Crate with Rope Handles',
    description: 'Rough-sawn pine with a stenciled orchard name, strong enough to sit on. Stack three for a bookcase.',
    price: 26.5,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'natural', material: 'pine', style: 'rustic', room: 'kitchen' },
    stock: 33,
  },
  {
    sku: 'BAS-10',
    name: 'Nesting Bicycle Basket',
    description:
      'Clips to the handlebars and lifts off to become a shopping basket. The lining has a drawstring against the rain.',
    price: 48,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'brown', material: 'wicker', style: 'vintage', occasion: 'everyday' },
    stock: 18,
  },
  {
    sku: 'BAS-11',
    name: 'Waxed Canvas Tote',
    description:
      'A stiff tote that softens over the years and keeps rain out from the start. Brass rivets hold the straps.',
    price: 52,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'olive', material: 'waxed cotton', style: 'classic', occasion: 'everyday' },
    stock: 27,
  },
  {
    sku: 'BAS-12',
    name: "Farmers' Market Tote",
    description: 'Unbleached cotton with a drawing of every vegetable we could fit on. It holds two loaves upright.',
    price: 12.9,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'cream', material: 'cotton', style: 'botanical', occasion: 'everyday' },
    stock: 125,
  },
  {
    sku: 'BAS-13',
    name: 'Herring Gull Shopping Bag',
    description:
      'A recycled-bottle bag printed with gulls stealing chips, folding into its own pocket. Weighs as much as a letter.',
    price: 8.5,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'sky', material: 'recycled polyester', style: 'coastal', occasion: 'everyday' },
    stock: 144,
  },
  {
    sku: 'BAS-14',
    name: 'Retro Spot Lunch Bag',
    description:
      'Insulated, wipe-clean and covered in the spots we have printed since our first year. A flask and a box fit side by side.',
    price: 11.5,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'red', material: 'oilcloth', style: 'vintage', occasion: 'school' },
    stock: 98,
  },
  {
    sku: 'BAS-15',
    name: 'Woodland Lunch Bag',
    description:
      'Badgers, hedgehogs and one lost glove on a wipe-clean green. The name tag is inside, where teachers look.',
    price: 11.5,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'forest', material: 'oilcloth', style: 'playful', occasion: 'school' },
    stock: 86,
  },
  {
    sku: 'BAS-16',
    name: 'Roll-Top Rucksack',
    description:
      'A day bag in brick-red canvas that grows with what you put in it. The laptop sleeve doubles as a picnic seat.',
    price: 78,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'rust', material: 'canvas', style: 'modern', occasion: 'travel' },
    stock: 15,
  },
  {
    sku: 'BAS-17',
    name: 'Small Explorer Backpack',
    description:
      'Sized for four-year-olds, with a whistle on the strap and a pocket for stones. Fully lined, because stones are wet.',
    price: 34,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'yellow', material: 'cotton', style: 'playful', occasion: 'school' },
    stock: 30,
  },
  {
    sku: 'BAS-18',
    name: 'Liberty Print Wash Bag',
    description:
      'Quilted cotton in tiny meadow flowers, lined so that spills stay in. Stands open on the edge of a basin.',
    price: 23.5,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'lilac', material: 'cotton', style: 'botanical', room: 'bathroom' },
    stock: 46,
  },
  {
    sku: 'BAS-19',
    name: 'Kiss-Clasp Coin Purse',
    description:
      'A velvet purse with a clasp that shuts with a proper snap. There is a second pocket inside for a key.',
    price: 13.5,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'plum', material: 'velvet', style: 'vintage', occasion: 'everyday' },
    stock: 72,
  },
  {
    sku: 'BAS-20',
    name: 'Leather Pencil Pouch',
    description: 'One piece of vegetable-tanned leather folded around a long zip. It darkens to the color of tea.',
    price: 27,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'brown', material: 'leather', style: 'classic', room: 'study' },
    stock: 31,
  },
  {
    sku: 'BAS-21',
    name: 'Stormproof Umbrella in Marigold',
    description: 'Fiberglass ribs bend in a gust instead of breaking. The color can be found in any crowd.',
    price: 39,
    categories: ['House/Baskets & Bags'],
    attributes: { color: 'yellow', material: 'fiberglass', style: 'modern', occasion: 'everyday' },
    stock: 40,
  },
];
