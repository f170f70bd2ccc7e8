import * as garden from './garden-shapes.ts';
import * as gift from './gift-shapes.ts';
import { chooseFor } from './hash.ts';
import * as home from './home-shapes.ts';
import * as kitchen from './kitchen-shapes.ts';
import * as light from './light-shapes.ts';
import type { Paint } from './paint.ts';

/** Draws one kind of product on a canvas of 240 × 240. */
export type DrawShape = (paint: Paint) => string;

type Shapes = readonly [DrawShape, ...DrawShape[]];

/**
 * Words that name a kind of product, the narrower kind first: a "tea light holder" is no light,
 * and a "lantern hook" is a hook. Several shapes are variants, chosen by the item's id.
 */
const KINDS: readonly (readonly [RegExp, Shapes])[] = [
  [/\b(string lights?|fairy lights?|lights? (chain|garland)|festoon|light curtain)\b/, [light.stringLights]],
  [/\b(hooks?|hanger|knobs?|bracket|peg rail)\b/, [home.hook]],
  [/\b(paper|globe|moon) lanterns?\b/, [light.paperLantern]],
  [/\b(moroccan|star|pierced|punched) (\w+ )?lanterns?\b/, [light.domedLantern]],
  [/\b(weave|woven|rattan|wicker|bamboo) (\w+ )?lanterns?\b/, [light.wovenLantern]],
  [/\b(wood|wooden|house|village|box) lanterns?\b/, [light.boxLantern]],
  [/\b(storm|hurricane|camping|railway) lanterns?\b/, [light.stormLantern]],
  [/\blanterns?\b/, [light.boxLantern, light.domedLantern, light.stormLantern]],
  [/\b(t-?lights?|tea ?lights?|votive) (holders?|glass|jars?|cups?)\b/, [light.teaLightHolder]],
  [/\b(t-?lights?|tea ?lights?|votives?)\b/, [light.teaLights]],
  [/\b(tapers?|dinner candles?|candlesticks?|candelabra|candle ?holders?|advent candles?)\b/, [light.taperCandles]],
  [/\b(reed diffuser|room mist|linen spray|diffuser)\b/, [kitchen.bottle]],
  [/\b(jar|tin|scented) candles?\b|\bcandle (in|pot|tin|jar)\b|\bwax melts?\b/, [light.jarCandle]],
  [/\bpillar\b/, [light.pillarCandle]],
  [/\bcandles?\b/, [light.pillarCandle, light.jarCandle]],
  [/\b(desk|reading|clip|task) (lamp|light)\b/, [light.deskLamp]],
  [/\b(lamps?|lampshade|sconce|pendant light|night ?light|uplighter)\b/, [light.tableLamp]],
  [/\b(mugs?|beakers?)\b/, [kitchen.mug]],
  [/\b(caddy|canister)\b/, [kitchen.canister, gift.roundTin]],
  [/\b(chopping|cheese|bread|butcher|carving|serving) board\b/, [kitchen.board]],
  [/\b(cake ?stand|cakestand|cake dome|cakes?)\b/, [kitchen.cakeStand]],
  [/\b(tea ?towels?|dish cloths?|napkins?|tablecloth|table runner|towels?|placemats?|coasters?)\b/, [kitchen.teaTowel]],
  [/\baprons?\b/, [kitchen.apron]],
  [/\b(hot water bottle|wheat bag|hand warmers?)\b/, [home.hotWaterBottle]],
  [/\b(watering can|plant mister|rain gauge)\b/, [garden.wateringCan]],
  [/\b(bird ?house|nest(ing)? box|bird box|nest pouch|owl box)\b/, [garden.birdHouse]],
  [/\b(feeders?|bird ?bath|fat balls?|suet|bird table)\b/, [garden.birdFeeder]],
  [/\b(insect|bug|bee|ladybird|butterfly|hedgehog|toad) (hotel|house|home|block|abode)\b/, [garden.insectHotel]],
  [/\b(seeds?|bulbs?|wildflower|grow your own)\b/, [garden.seedPacket]],
  [/\bgloves?|mittens?\b/, [garden.gloves]],
  [/\b(shears|secateurs|scissors|snips|pruner|loppers)\b/, [garden.shears]],
  [/\b(garden|hand|digging|border) fork\b|\b(rake|hoe|cultivator|weeder)\b/, [garden.gardenFork]],
  [/\b(trowel|dibber|spade|shovel|scoop)\b/, [garden.trowel]],
  [/\bhanging (planter|pot|basket)|macram/, [garden.hangingPlanter]],
  [/\b(trough|window box|raised bed)\b/, [garden.trough]],
  [
    /\b(planters?|plant pots?|flower ?pots?|herb pots?|cachepot|seedling|plant stand|terrarium|cactus)\b/,
    [garden.plantPot, garden.emptyPot],
  ],
  [/\b(ball|marbles|juggling)\b/, [gift.ball]],
  [/\b(lunch|shopp(er|ing)|tote|jumbo|carrier) ?(bags?|box)?\b/, [home.toteBag]],
  [/\b(backpack|rucksack|duffel?|satchel)\b/, [home.backpack]],
  [/\b(purse|pouch|wallet|clutch|wash ?bag|make-?up|handbag|cosmetic)\b/, [home.purse]],
  [/\b(umbrella|parasol)\b/, [home.umbrella]],
  [/\b(trug|picnic basket|hamper)\b/, [home.trug]],
  [/\b(crates?|chest|drawers?|cabinet|shelf|cupboard|rack|magazine|bread bin|trunk)\b/, [home.crate]],
  [/\b(baskets?|hampers?|bin|log carrier)\b/, [home.basket]],
  [/\bbags?\b/, [home.toteBag, home.backpack]],
  [/\b(alarm|mantel|carriage|table) clock\b/, [home.mantelClock]],
  [/\b(clocks?|watch)\b/, [home.wallClock]],
  [/\b(bud|bottle|posy|bubble) vase\b/, [home.budVase]],
  [/\bvases?\b/, [home.vase, home.budVase]],
  [/\b(bolster|draft excluder|doorstop|door stop)\b/, [home.bolster]],
  [/\b(cushions?|pillows?|pouffe?|seat pad|bean ?bag)\b/, [home.cushion]],
  [/\b(throws?|blankets?|quilt|bedspread|shawl|scarf)\b/, [home.throwBlanket]],
  [/\b(rug|runner|door ?mat|mat)\b/, [home.rug]],
  [/\bmirrors?\b/, [home.mirror]],
  [/\b(frames?|picture|print|poster|canvas|wall art)\b/, [home.frame]],
  [/\b(signs?|plaque|chalkboard|blackboard|memo ?board|notice ?board)\b/, [home.sign]],
  [/\b(bunting|garland|paper chain|streamers?|flags?)\b/, [gift.bunting]],
  [/\b(wreath|swag)\b/, [gift.wreath]],
  [/\b(baubles?|ornaments? set|glass ball)\b/, [gift.bauble]],
  [/\b(tree|fir|spruce|conifer)s?\b/, [gift.tree]],
  [/\b(easter )?eggs?\b/, [gift.egg]],
  [/\b(wrapping paper|gift ?wrap|wrap|ribbon|paper rolls?|washi|tape)\b/, [gift.wrapRolls]],
  [/\b(notebook|journal|diary|planner|sketchbook|album|books?|note ?pad|jotter|calendar)\b/, [gift.notebook]],
  [
    /\b(cards?|postcards?|letter set|envelopes?|stationery set|stickers?|invites|writing set|gift tags?|labels?|stamps?)\b/,
    [gift.card],
  ],
  [/\b(pencils?|crayons?|chalks?|paints?|colou?ring)\b/, [gift.pencils]],
  [/\b(pens?|fountain pen|ink|letter opener)\b/, [gift.pen]],
  [/\b(rabbit|bunny|hare|mouse|kitten|cat)\b/, [gift.rabbit]],
  [/\b(teddy|bear|fox|badger|doll|soft toy|otter|elephant|sheep|lamb|owl)\b/, [gift.teddy]],
  [/\b(train|locomotive|railway)\b/, [gift.train]],
  [/\b(car|van|truck|tractor|bus|fire engine|racer|boat|ship)s?\b/, [gift.car]],
  [/\b(blocks?|bricks|dollhouse|stack(er|ing)|shape sorter|abacus|skittles)\b/, [gift.blocks]],
  [/\b(puzzle|jigsaw|game|dominoes|memory|chess|snap|ludo)\b/, [gift.puzzle]],
  [/\b(kite|spinning top|yo-?yo|skipping rope)\b/, [gift.kite]],
  [/\b(tea ?pots?|kettle|cafeti[eè]re)\b/, [kitchen.teapot]],
  [/\b(tea ?cups?|cup and saucer|espresso cups?|cup & saucer)\b/, [kitchen.teacup]],
  [/\b(jugs?|pitcher|creamer|carafe)\b/, [kitchen.jug]],
  [/\b(bowls?|ramekins?|colander|dish|mortar)\b/, [kitchen.bowl]],
  [/\b(plates?|platter|saucer|tray|trivet)\b/, [kitchen.plate]],
  [/\b(tumblers?|goblets?)\b|\b(glass(es)?|flutes?|coupes?)$|\bglasses\b/, [kitchen.glass]],
  [/\b(boards?)\b/, [kitchen.board]],
  [/\b(kni(fe|ves)|cleaver|peeler|grater|sharpener|cutter)\b/, [kitchen.knife]],
  [/\bwhisk\b/, [kitchen.whisk]],
  [
    /\b(spoons?|spatula|utensils?|cutlery|ladle|rolling pin|tongs|servers|brush|masher|pestle|turner)\b/,
    [kitchen.utensils],
  ],
  [/\b(pans?|casserole|skillet|steamer|saucepan|mou?ld|tins? set|loaf tin)\b/, [kitchen.pan]],
  [/\b(jars?|canister|caddy|storage|mill|tin|bin|cruet|cellar|shakers?)s?\b/, [kitchen.canister, gift.roundTin]],
  [/\b(bottles?|flask|decanter|oil|soap|lotion|spray)\b/, [kitchen.bottle]],
  [/\b(birds?|dove|robin|wren|hen|chicken|duck|swallow|goose)\b/, [home.bird]],
  [/\bhearts?\b/, [home.heart]],
  [/\b(stars?|snowflake)s?\b/, [gift.star]],
  [/\b(necklace|bracelet|earrings?|bangle|brooch|ring|keyring|charm)\b/, [gift.jewelry]],
  [
    /\b(tee|t-shirt|shirt|hoodie|jacket|tank|top|sweatshirt|bra|pullover|coat|dress|sweater|socks?|shorts?|pants?|capri|tights?|leggings?)s?\b/,
    [gift.garment],
  ],
  [/\bpots?\b/, [garden.emptyPot, garden.plantPot]],
  [/\b(box|gift|set|kit|parcel)\b/, [gift.giftBox]],
];

const FALLBACK: Shapes = [gift.giftBox, gift.roundTin, home.budVase, kitchen.canister, home.heart, gift.star];

/**
 * Chooses what to draw for a product.
 *
 * @param texts Where to look for a word that names its kind, the most telling text first.
 */
export function chooseShape(id: string, texts: readonly string[]): DrawShape {
  for (const text of texts) {
    const words = text.toLowerCase();
    const kind = KINDS.find(([naming]) => naming.test(words));
    if (kind !== undefined) return chooseFor(id, 'variant', kind[1]);
  }
  return chooseFor(id, 'fallback', FALLBACK);
}
