import type { SourceProduct } from './source-product.ts';

/** The shop's range in Gifts/Toys. */
export const TOYS: readonly SourceProduct[] = [
  {
    sku: 'TOY-01',
    name: 'Beech Rainbow Stacker',
    description:
      'Seven arches that become a tunnel, a cradle, a fence and a mountain. Water-based stains that survive being chewed.',
    price: 34,
    categories: ['Gifts/Toys'],
    attributes: { color: 'red', material: 'beech', style: 'scandi', occasion: 'birthday' },
    stock: 48,
  },
  {
    sku: 'TOY-02',
    name: 'Alphabet Blocks in a Cart',
    description:
      'Thirty-two blocks with letters on two sides and animals on the others, in a cart with a string. Rounded at every corner.',
    price: 39,
    categories: ['Gifts/Toys'],
    attributes: { color: 'natural', material: 'limewood', style: 'classic', occasion: 'new baby' },
    stock: 31,
  },
  {
    sku: 'TOY-03',
    name: 'Barnaby the Corduroy Bear',
    description:
      'A bear with jointed arms, a serious expression and a pocket for secrets. He is stuffed with wool and can be mended.',
    price: 36,
    categories: ['Gifts/Toys'],
    attributes: { color: 'brown', material: 'corduroy', style: 'vintage', occasion: 'new baby' },
    stock: 40,
  },
  {
    sku: 'TOY-04',
    name: 'Linen Rabbit in a Smock',
    description:
      'Long ears, longer legs and a smock with one real button. Sits well on shelves but prefers to be carried.',
    price: 32,
    categories: ['Gifts/Toys'],
    attributes: { color: 'oatmeal', material: 'linen', style: 'scandi', occasion: 'new baby' },
    stock: 43,
  },
  {
    sku: 'TOY-05',
    name: 'Knitted Fox Rattle',
    description: 'Organic cotton with a soft bell in the tail. Small enough to hold at three months, loved long after.',
    price: 16,
    categories: ['Gifts/Toys'],
    attributes: { color: 'orange', material: 'cotton', style: 'playful', occasion: 'new baby' },
    stock: 71,
  },
  {
    sku: 'TOY-06',
    name: 'Elephant Soft Toy in Dusk Blue',
    description:
      'Wide ears made to be rubbed while falling asleep. Filled with recycled fiber and weighted a little in the feet.',
    price: 27,
    categories: ['Gifts/Toys'],
    attributes: { color: 'blue', material: 'cotton', style: 'playful', occasion: 'new baby' },
    stock: 46,
  },
  {
    sku: 'TOY-07',
    name: 'Wooden Train with Six Wagons',
    description: "Magnets couple the wagons and fit the tracks of every big brand. The engine's funnel is a whistle.",
    price: 42,
    categories: ['Gifts/Toys'],
    attributes: { color: 'green', material: 'beech', style: 'classic', occasion: 'birthday' },
    stock: 29,
  },
  {
    sku: 'TOY-08',
    name: 'Tin Wind-Up Train',
    description:
      'A clockwork engine in lithographed tin, in the livery of a line that never existed. For careful owners from eight to eighty.',
    price: 38,
    categories: ['Gifts/Toys'],
    attributes: { color: 'red', material: 'tin', style: 'vintage', occasion: 'birthday' },
    stock: 16,
  },
  {
    sku: 'TOY-09',
    name: 'Delivery Van with Parcels',
    description:
      'A chunky van whose doors open on seven wooden parcels, each a different shape. Only one way to load them all.',
    price: 29.5,
    categories: ['Gifts/Toys'],
    attributes: { color: 'yellow', material: 'birch', style: 'playful', occasion: 'birthday' },
    stock: 35,
  },
  {
    sku: 'TOY-10',
    name: 'Rubberwood Racing Car',
    description: 'One smooth curve, four quiet wheels and a driver who pops out. Fast on floorboards, silent on rugs.',
    price: 14.5,
    categories: ['Gifts/Toys'],
    attributes: { color: 'teal', material: 'rubberwood', style: 'modern', occasion: 'birthday' },
    stock: 83,
  },
  {
    sku: 'TOY-11',
    name: 'Pond Boat with Cotton Sail',
    description:
      'She sails on the slightest breath and always rights herself. Paint her name on the stern before the launch.',
    price: 33,
    categories: ['Gifts/Toys'],
    attributes: { color: 'white', material: 'pine', style: 'coastal', occasion: 'summer' },
    stock: 24,
  },
  {
    sku: 'TOY-12',
    name: 'Woodland Floor Puzzle',
    description: 'Forty-eight big pieces with something hidden under every leaf. A list of what to find is in the lid.',
    price: 21,
    categories: ['Gifts/Toys'],
    attributes: { color: 'forest', material: 'card', style: 'botanical', occasion: 'birthday' },
    stock: 54,
  },
  {
    sku: 'TOY-13',
    name: 'Map of the Seas Jigsaw',
    description:
      'A thousand pieces, three monsters and a compass rose that takes all of January. Printed on linen-finish board.',
    price: 26,
    categories: ['Gifts/Toys'],
    attributes: { color: 'blue', material: 'card', style: 'coastal', occasion: 'Christmas' },
    stock: 37,
  },
  {
    sku: 'TOY-14',
    name: 'Garden Birds Memory Game',
    description:
      'Thirty pairs of birds, male and female where they differ, so it is harder than you think. In a tin with a magnetic lid.',
    price: 17.5,
    categories: ['Gifts/Toys'],
    attributes: { color: 'sage', material: 'card', style: 'botanical', occasion: 'birthday' },
    stock: 66,
  },
  {
    sku: 'TOY-15',
    name: 'Dominoes in a Sliding Box',
    description: 'Hard maple with the pips drilled and filled by hand. The box becomes a rack for small players.',
    price: 19,
    categories: ['Gifts/Toys'],
    attributes: { color: 'natural', material: 'maple', style: 'classic', occasion: 'everyday' },
    stock: 42,
  },
  {
    sku: 'TOY-16',
    name: 'Ring the Farmyard Skittles',
    description: 'Six animals, two balls and no reason to be quiet. Plays as well on grass as in a hallway.',
    price: 31,
    categories: ['Gifts/Toys'],
    attributes: { color: 'pink', material: 'rubberwood', style: 'playful', occasion: 'garden party' },
    stock: 27,
  },
  {
    sku: 'TOY-17',
    name: 'Diamond Kite with Long Tail',
    description:
      'Ripstop in marigold and violet on carbon spars, with a tail as long as a bus. It flies itself while you hold the other end.',
    price: 28,
    categories: ['Gifts/Toys'],
    attributes: { color: 'violet', material: 'nylon', style: 'modern', occasion: 'summer' },
    stock: 39,
  },
  {
    sku: 'TOY-18',
    name: 'Humming Tin Spinning Top',
    description:
      'Pump the handle and it sings a chord that changes as it slows. The circus on its side becomes a blur, then comes back.',
    price: 18,
    categories: ['Gifts/Toys'],
    attributes: { color: 'red', material: 'tin', style: 'vintage', occasion: 'birthday' },
    stock: 50,
  },
  {
    sku: 'TOY-19',
    name: 'Cloth Story Ball',
    description:
      'Twelve soft faces with a picture on each: roll it and tell what happens next. There is a bell somewhere inside.',
    price: 15.5,
    categories: ['Gifts/Toys'],
    attributes: { color: 'lilac', material: 'cotton', style: 'playful', occasion: 'new baby' },
    stock: 60,
  },
  {
    sku: 'TOY-20',
    name: 'Bag of Sixty Marbles',
    description:
      "Cat's eyes, oilies and two giants in a drawstring pouch, with rules for four games. They are still the best thing in any pocket.",
    price: 8.5,
    categories: ['Gifts/Toys'],
    attributes: { color: 'turquoise', material: 'glass', style: 'vintage', occasion: 'birthday' },
    stock: 126,
  },
  {
    sku: 'TOY-21',
    name: 'Toadstool Dollhouse',
    description:
      'Three floors under a spotted cap, with a winding stair and a mouse family of four. The front swings open on brass hinges.',
    price: 87,
    categories: ['Gifts/Toys'],
    attributes: { color: 'red', material: 'plywood', style: 'playful', occasion: 'Christmas' },
    stock: 3,
  },
];
