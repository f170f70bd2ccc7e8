import type { SourceProduct } from './source-product.ts';

/** The shop's range in House/Cushions & Throws. */
export const CUSHIONS_AND_THROWS: readonly SourceProduct[] = [
  {
    sku: 'CUS-01',
    name: 'Ticking Stripe Cushion',
    description:
      'Old mattress ticking, woven in the same mill for a century and washed soft. Feather filled, with a hidden zip.',
    price: 32,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'blue', material: 'cotton', style: 'coastal', room: 'living room' },
    stock: 48,
  },
  {
    sku: 'CUS-02',
    name: 'Velvet Cushion in Mustard',
    description:
      'A dense cotton velvet that shifts from gold to ochre as you run a hand over it. Piped edges keep it square.',
    price: 38,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'mustard', material: 'velvet', style: 'modern', room: 'living room' },
    stock: 55,
  },
  {
    sku: 'CUS-03',
    name: 'Velvet Cushion in Spruce',
    description: 'The same heavy velvet in a green that is nearly black at night. Pairs well with anything botanical.',
    price: 38,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'spruce', material: 'velvet', style: 'classic', room: 'living room' },
    stock: 41,
  },
  {
    sku: 'CUS-04',
    name: 'Block Print Peony Cushion',
    description:
      'Printed by hand from three carved blocks, so the petals never line up perfectly. The back is plain rose linen.',
    price: 42,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'rose', material: 'linen', style: 'botanical', room: 'bedroom' },
    stock: 23,
  },
  {
    sku: 'CUS-05',
    name: 'Chunky Knit Cushion',
    description:
      'Thick merino stitches you can put a finger through, on a cotton lining. It makes the hardest chair welcoming.',
    price: 45,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'cream', material: 'wool', style: 'scandi', room: 'bedroom' },
    stock: 30,
  },
  {
    sku: 'CUS-06',
    name: 'Kilim Patch Cushion',
    description:
      'Cut from worn kilims, each with its own reds and its own repairs. No two are alike and the pattern you get is a surprise.',
    price: 49,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'burgundy', material: 'wool', style: 'vintage', room: 'study' },
    stock: 17,
  },
  {
    sku: 'CUS-07',
    name: 'Sleepy Fox Cushion',
    description:
      'A fox curled nose to tail, embroidered in six browns on brushed cotton. Big enough to lean on, small enough to carry about.',
    price: 29,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'rust', material: 'cotton', style: 'playful', room: 'nursery' },
    stock: 39,
  },
  {
    sku: 'CUS-08',
    name: 'Cloud Cushion',
    description: 'Shaped like a small fair-weather cloud and filled soft. Machine washable, which you will need.',
    price: 24,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'sky', material: 'cotton', style: 'playful', room: 'nursery' },
    stock: 44,
  },
  {
    sku: 'CUS-09',
    name: 'Outdoor Cushion in Lemon',
    description:
      'Shower-proof, fade-resistant and quick to dry after a storm. The corner loop ties it to a garden chair.',
    price: 27,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'lemon', material: 'recycled polyester', style: 'coastal', room: 'patio' },
    stock: 62,
  },
  {
    sku: 'CUS-10',
    name: "Fisherman's Bolster",
    description:
      'A long bolster in navy canvas with rope handles at both ends. Wedge it under your knees or against a drafty door.',
    price: 36,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'navy', material: 'canvas', style: 'coastal', room: 'bedroom' },
    stock: 22,
  },
  {
    sku: 'CUS-11',
    name: 'Corduroy Floor Cushion',
    description: 'A thick square of wide-wale corduroy with a carrying handle. Stack two for a low seat by the fire.',
    price: 59,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'brown', material: 'corduroy', style: 'vintage', room: 'living room' },
    stock: 15,
  },
  {
    sku: 'CUS-12',
    name: 'Round Buttoned Seat Pad',
    description:
      'A firm wool-felt round that keeps a metal bistro chair from being cold. Sold singly, in five button colors that we mix for you.',
    price: 18.5,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'gray', material: 'wool felt', style: 'scandi', room: 'kitchen' },
    stock: 70,
  },
  {
    sku: 'CUS-13',
    name: 'Herringbone Wool Throw',
    description:
      'Woven in a fine herringbone from undyed lambswool in two natural grays. Long enough for two people and a dog.',
    price: 89,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'gray', material: 'lambswool', style: 'classic', room: 'living room' },
    stock: 26,
  },
  {
    sku: 'CUS-14',
    name: 'Meadow Check Blanket',
    description:
      'A picnic-sized check in green and buttercup, with a waxed backing against damp grass. It rolls up into its own leather straps.',
    price: 64,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'green', material: 'wool', style: 'rustic', occasion: 'picnic' },
    stock: 31,
  },
  {
    sku: 'CUS-15',
    name: 'Waffle Cotton Throw in Clay',
    description:
      'Washed until the honeycomb opens up and goes soft. It is the right weight for the nights when a quilt is too much.',
    price: 48,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'clay', material: 'cotton', style: 'modern', room: 'bedroom' },
    stock: 43,
  },
  {
    sku: 'CUS-16',
    name: 'Fringed Mohair Throw',
    description:
      'A haze of brushed mohair in raspberry pink with a knotted fringe. It weighs next to nothing and is warmer than it has a right to be.',
    price: 98,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'pink', material: 'mohair', style: 'vintage', room: 'bedroom' },
    stock: 12,
  },
  {
    sku: 'CUS-17',
    name: 'Indigo Dip-Dyed Quilt',
    description:
      'Hand-quilted cotton, dipped so that the blue fades from one end to the other. Every wash makes it a little paler and better.',
    price: 135,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'indigo', material: 'cotton', style: 'coastal', room: 'bedroom' },
    stock: 8,
  },
  {
    sku: 'CUS-18',
    name: 'Starry Night Baby Blanket',
    description:
      'Double-layered muslin with hand-drawn constellations, named along the hem. Light enough to swaddle and big enough to keep.',
    price: 28,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'navy', material: 'muslin', style: 'playful', occasion: 'new baby' },
    stock: 50,
  },
  {
    sku: 'CUS-19',
    name: 'Sheepskin Chair Throw',
    description:
      'A whole fleece from a Baltic island flock, tanned without chrome. Drape it over a bench and watch everyone choose that end.',
    price: 75,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'ivory', material: 'sheepskin', style: 'scandi', room: 'dining room' },
    stock: 14,
  },
  {
    sku: 'CUS-20',
    name: 'Jute Hearth Rug',
    description:
      'Braided in a long oval that lies flat from the first day. Coarse enough to catch ash and boots, soft enough for bare feet.',
    price: 69,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'straw', material: 'jute', style: 'rustic', room: 'hall' },
    stock: 18,
  },
  {
    sku: 'CUS-21',
    name: 'Linen Throw in Olive',
    description:
      'A loosely woven linen for the foot of the bed or a shoulder on the terrace. The edges are left raw on purpose.',
    price: 72,
    categories: ['House/Cushions & Throws'],
    attributes: { color: 'olive', material: 'linen', style: 'botanical', room: 'bedroom' },
    stock: 20,
  },
];
