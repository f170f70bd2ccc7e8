import type { SourceProduct } from './source-product.ts';

/** The shop's range in Garden/Garden & Wildlife. */
export const GARDEN_AND_WILDLIFE: readonly SourceProduct[] = [
  {
    sku: 'GAR-01',
    name: 'Copper Hand Trowel',
    description:
      'Solid bronze-hard copper that never rusts and slides through clay. Slugs dislike it, which is a bonus.',
    price: 42,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'copper', material: 'copper', style: 'classic', room: 'garden' },
    stock: 28,
  },
  {
    sku: 'GAR-02',
    name: 'Ash-Handled Garden Fork',
    description:
      'Three forged tines for loosening roots without slicing them. The handle is long enough for two hands in heavy ground.',
    price: 24.5,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'natural', material: 'steel', style: 'classic', room: 'garden' },
    stock: 47,
  },
  {
    sku: 'GAR-03',
    name: 'Bypass Secateurs in Red',
    description:
      'A clean cut up to two centimeters, with a sap groove and a catch for the left or right thumb. Spare springs are in the box.',
    price: 36,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'red', material: 'steel', style: 'modern', room: 'garden' },
    stock: 51,
  },
  {
    sku: 'GAR-04',
    name: 'Topiary Shears',
    description:
      'A single piece of spring steel, in a shape unchanged since monasteries clipped box. Light enough for a whole hedge of peacocks.',
    price: 39,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'black', material: 'steel', style: 'vintage', room: 'garden' },
    stock: 19,
  },
  {
    sku: 'GAR-05',
    name: 'Dibber with Depth Marks',
    description:
      'Turned ash with rings at each 2 cm and a steel point. Bulbs go in straight and all at the same depth.',
    price: 14.5,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'natural', material: 'ash wood', style: 'rustic', room: 'garden' },
    stock: 73,
  },
  {
    sku: 'GAR-06',
    name: 'Long-Reach Watering Can',
    description:
      'A slim spout gets to the back of the shelf without a drip. The rose screws off and stores on the handle.',
    price: 34,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'sage', material: 'steel', style: 'scandi', room: 'greenhouse' },
    stock: 36,
  },
  {
    sku: 'GAR-07',
    name: 'Galvanized Watering Can, Nine Liters',
    description:
      'The balanced shape of the professional, which pours to the last drop. It rings like a bell when empty.',
    price: 38,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'silver', material: 'galvanized steel', style: 'rustic', room: 'garden' },
    stock: 33,
  },
  {
    sku: 'GAR-08',
    name: 'Brass Plant Mister',
    description:
      'A fine cloud for ferns and orchids from a pump that lasts. It looks too good to put away and nobody does.',
    price: 23,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'brass', material: 'brass', style: 'vintage', room: 'living room' },
    stock: 49,
  },
  {
    sku: 'GAR-09',
    name: 'Goatskin Gardening Gloves',
    description: 'Supple enough to tie a knot, tough enough for roses. They get softer each time they dry.',
    price: 26.5,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'brown', material: 'leather', style: 'classic', room: 'garden' },
    stock: 66,
  },
  {
    sku: 'GAR-10',
    name: "Children's Garden Gloves with Frogs",
    description: 'Small hands, long cuffs and a frog on each palm that grips. Washable at forty degrees.',
    price: 9.9,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'green', material: 'cotton', style: 'playful', room: 'garden' },
    stock: 58,
  },
  {
    sku: 'GAR-11',
    name: 'Cedar Nest Box',
    description:
      'Rough-sawn cedar with a 28 mm hole that suits blue tits and coal tits. The front opens for an autumn clean.',
    price: 28,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'brown', material: 'cedar', style: 'rustic', room: 'garden' },
    stock: 44,
  },
  {
    sku: 'GAR-12',
    name: 'Painted Beach Hut Birdhouse',
    description: 'A striped hut in blue and white with a perch like a diving board. Wrens move in without a deposit.',
    price: 25.5,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'blue', material: 'pine', style: 'coastal', room: 'garden' },
    stock: 37,
  },
  {
    sku: 'GAR-13',
    name: 'Glass Dome Seed Feeder',
    description:
      'Keeps the seed dry and gives you a view of every feather. Squirrels slide off, which is also worth watching.',
    price: 31,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'green', material: 'glass', style: 'modern', room: 'garden' },
    stock: 30,
  },
  {
    sku: 'GAR-14',
    name: 'Acorn Bird Feeder',
    description: 'A ceramic acorn that holds a single fat ball on a chain. Hang it where the kitchen can see it.',
    price: 18.5,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'mustard', material: 'ceramic', style: 'playful', room: 'garden' },
    stock: 57,
  },
  {
    sku: 'GAR-15',
    name: 'Winter Bird Seed, Three Kilos',
    description:
      'Sunflower hearts, peanuts and oats with no filler to be thrown on the lawn. The paper sack can be composted.',
    price: 16,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'straw', material: 'seed', style: 'botanical', room: 'garden' },
    stock: 88,
  },
  {
    sku: 'GAR-16',
    name: 'Bee Hotel in Larch',
    description: 'Drilled blocks, reeds and cones for solitary bees that never sting. Hang it facing the morning sun.',
    price: 33,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'natural', material: 'larch', style: 'rustic', room: 'garden' },
    stock: 35,
  },
  {
    sku: 'GAR-17',
    name: 'Hedgehog House',
    description:
      'A low wooden house with a tunnel that stops foxes, and a lid for dry leaves. Place it under a hedge and wait.',
    price: 59,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'brown', material: 'pine', style: 'rustic', room: 'garden' },
    stock: 14,
  },
  {
    sku: 'GAR-18',
    name: 'Stone Dish Bird Bath',
    description: 'A shallow hollow in a rounded stone with a rough edge to stand on. Sparrows will argue about it.',
    price: 49,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'stone', material: 'stone', style: 'classic', room: 'garden' },
    stock: 12,
  },
  {
    sku: 'GAR-19',
    name: 'Wildflower Meadow Seeds',
    description:
      'Twenty-two native species for five square meters, tested on our own roadside. Sow in autumn for the best show.',
    price: 8.5,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'pink', material: 'seed', style: 'botanical', room: 'garden' },
    stock: 134,
  },
  {
    sku: 'GAR-20',
    name: 'Cut Flower Seed Tin',
    description:
      'Ten packets for a season of vases, from sweet peas in June to dahlias in October. The tin has a sowing calendar inside the lid.',
    price: 22,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'lilac', material: 'tin', style: 'vintage', occasion: "Mother's Day" },
    stock: 61,
  },
  {
    sku: 'GAR-21',
    name: 'Snowdrop Bulbs in a Cotton Sack',
    description:
      'Fifty bulbs dug the same week they are sent. Plant them under a tree and forget about them until February.',
    price: 15,
    categories: ['Garden/Garden & Wildlife'],
    attributes: { color: 'white', material: 'bulbs', style: 'botanical', room: 'garden' },
    stock: 70,
  },
];
