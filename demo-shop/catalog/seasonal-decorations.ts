import type { SourceProduct } from './source-product.ts';

/** The shop's range in Gifts/Seasonal Decorations. */
export const SEASONAL_DECORATIONS: readonly SourceProduct[] = [
  {
    sku: 'SEA-01',
    name: 'Mercury Glass Bauble',
    description:
      'Silvered on the inside like an old mirror, with a little deliberate wear. Catches candlelight from across the room.',
    price: 7.5,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'silver', material: 'glass', style: 'vintage', occasion: 'Christmas' },
    stock: 150,
  },
  {
    sku: 'SEA-02',
    name: 'Robin Glass Bauble',
    description: 'A mouth-blown robin with a spun-glass tail on a tin clip. He looks freshly arrived from the snow.',
    price: 12.5,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'red', material: 'glass', style: 'botanical', occasion: 'Christmas' },
    stock: 84,
  },
  {
    sku: 'SEA-03',
    name: 'Felt Bauble Set in Berry Tones',
    description:
      'Six soft baubles no cat or toddler can break, stitched with tiny snowflakes. They pack flat into a bag.',
    price: 18,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'burgundy', material: 'wool felt', style: 'scandi', occasion: 'Christmas' },
    stock: 57,
  },
  {
    sku: 'SEA-04',
    name: 'Sea Urchin Bauble Pair',
    description:
      'Porcelain cast from real shells, in salt white and pale aqua. For a tree near the sea, or one that wishes it were.',
    price: 16.5,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'aqua', material: 'porcelain', style: 'coastal', occasion: 'Christmas' },
    stock: 46,
  },
  {
    sku: 'SEA-05',
    name: 'Straw Star Garland',
    description:
      'Two meters of hand-tied stars that smell of barn. Hang it once and you will not take it down until February.',
    price: 14,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'straw', material: 'straw', style: 'scandi', occasion: 'Christmas' },
    stock: 68,
  },
  {
    sku: 'SEA-06',
    name: 'Pressed Oak Leaf Garland',
    description: 'Real leaves dipped in gold and threaded on a brown cord. Pretty above a mantel from the first frost.',
    price: 19.5,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'gold', material: 'leaves', style: 'botanical', occasion: 'autumn' },
    stock: 41,
  },
  {
    sku: 'SEA-07',
    name: 'Eucalyptus Door Wreath',
    description:
      'Preserved silver-dollar leaves on a willow ring, still fragrant in a warm hall. It keeps for two winters out of the rain.',
    price: 44,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'sage', material: 'eucalyptus', style: 'botanical', room: 'hall' },
    stock: 26,
  },
  {
    sku: 'SEA-08',
    name: 'Wild Rosehip Wreath',
    description:
      'A loose ring of hips and larch twigs, wired by hand and a bit unruly. The birds will take it apart if you let them.',
    price: 38,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'red', material: 'twigs', style: 'rustic', occasion: 'autumn' },
    stock: 22,
  },
  {
    sku: 'SEA-09',
    name: 'Bell and Pine Wreath',
    description:
      'Evergreen tips and seven small iron bells that announce every visitor. The bow is wool and can be changed.',
    price: 46,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'forest', material: 'pine', style: 'classic', occasion: 'Christmas' },
    stock: 20,
  },
  {
    sku: 'SEA-10',
    name: 'Patchwork Bunting',
    description:
      'Five meters of offcuts from our cushion workshop, so every flag is a different fabric. Comes with a peg bag to live in.',
    price: 22,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'pink', material: 'cotton', style: 'vintage', occasion: 'garden party' },
    stock: 73,
  },
  {
    sku: 'SEA-11',
    name: 'Sailcloth Bunting in Navy',
    description:
      'Made from retired sails, with the odd number or seam left showing. It snaps in the wind as it used to.',
    price: 27,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'navy', material: 'sailcloth', style: 'coastal', occasion: 'garden party' },
    stock: 39,
  },
  {
    sku: 'SEA-12',
    name: 'Happy Birthday Flags',
    description:
      'Thirteen stitched letters you can iron and use for the next thirty birthdays. A spare exclamation mark is included.',
    price: 24,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'yellow', material: 'cotton', style: 'playful', occasion: 'birthday' },
    stock: 48,
  },
  {
    sku: 'SEA-13',
    name: 'Folded Paper Star',
    description:
      'A seven-pointed star to hang over a bulb, in punched white paper. Unfolds from an envelope to the width of a window.',
    price: 21.5,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'white', material: 'paper', style: 'scandi', occasion: 'Christmas' },
    stock: 52,
  },
  {
    sku: 'SEA-14',
    name: 'Brass Snowflake Set',
    description:
      'Six flat snowflakes, etched rather than stamped, with red thread. Each is drawn from a photograph of a real one.',
    price: 15,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'brass', material: 'brass', style: 'modern', occasion: 'Christmas' },
    stock: 62,
  },
  {
    sku: 'SEA-15',
    name: 'Beaded Star Tree Topper',
    description: 'Glass beads wound on wire by a workshop of eleven women. Springs onto the top shoot and stays there.',
    price: 23.5,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'gold', material: 'glass beads', style: 'vintage', occasion: 'Christmas' },
    stock: 35,
  },
  {
    sku: 'SEA-16',
    name: 'Tabletop Felt Tree',
    description:
      'A small fir with pockets for twenty-four surprises no larger than a walnut. Folds into a cone for the attic.',
    price: 32,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'green', material: 'wool felt', style: 'playful', occasion: 'Christmas' },
    stock: 28,
  },
  {
    sku: 'SEA-17',
    name: 'Driftwood Tree',
    description:
      'Sanded sticks on a steel rod, widest at the bottom, with a hole at the top for a star. Found, sorted and built on one island.',
    price: 49,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'gray', material: 'driftwood', style: 'coastal', occasion: 'Christmas' },
    stock: 15,
  },
  {
    sku: 'SEA-18',
    name: 'Hand-Painted Easter Eggs',
    description: 'Four wooden eggs with hens, catkins and stripes in milk paint. Hang them from a branch of forsythia.',
    price: 17,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'lemon', material: 'limewood', style: 'botanical', occasion: 'Easter' },
    stock: 55,
  },
  {
    sku: 'SEA-19',
    name: 'Speckled Egg Garland',
    description:
      'Blown-looking but made of paper pulp, in the blues and creams of a hedgerow. Twelve eggs on a linen cord.',
    price: 15.5,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'sky', material: 'paper pulp', style: 'rustic', occasion: 'Easter' },
    stock: 49,
  },
  {
    sku: 'SEA-20',
    name: 'Terracotta Heart Decoration',
    description:
      'A palm-sized clay heart to scent with a drop of oil and hang in a wardrobe. Stamped with a leaf on its back.',
    price: 6.9,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'terracotta', material: 'terracotta', style: 'rustic', occasion: "Valentine's Day" },
    stock: 119,
  },
  {
    sku: 'SEA-21',
    name: 'Pumpkin Trio in Velvet',
    description:
      'Soft pumpkins with real dried stems, in rust, ochre and olive. They reappear every October and never go bad.',
    price: 29,
    categories: ['Gifts/Seasonal Decorations'],
    attributes: { color: 'rust', material: 'velvet', style: 'vintage', occasion: 'autumn' },
    stock: 33,
  },
];
