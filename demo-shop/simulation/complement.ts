/** One product brings another into the basket. */
export interface ComplementRule {
  /** Matches the title of the product that is already there. */
  readonly whenBuying: RegExp;
  /** Matches the titles of what goes with it. */
  readonly also: RegExp;
  readonly probability: number;
}

/** What the simulated customers buy together. Matching is by title, lower-cased. */
export const COMPLEMENT_RULES: readonly ComplementRule[] = [
  { whenBuying: /lantern/, also: /^(?!.*(holder|glass)).*tea lights/, probability: 0.5 },
  { whenBuying: /lantern/, also: /pillar|matches/, probability: 0.2 },
  { whenBuying: /tea light (holder|glass)/, also: /^(?!.*(holder|glass)).*tea lights/, probability: 0.55 },
  { whenBuying: /candlestick|candelabra/, also: /dinner candles|taper/, probability: 0.6 },
  { whenBuying: /scented candle|jar candle/, also: /matches/, probability: 0.15 },
  { whenBuying: /cushion/, also: /throw|blanket/, probability: 0.2 },
  { whenBuying: /vase/, also: /cut flower seed/, probability: 0.12 },
  { whenBuying: /teapot/, also: /teacup|tea caddy|mug/, probability: 0.45 },
  { whenBuying: /mug/, also: /tea caddy|teapot/, probability: 0.12 },
  { whenBuying: /board/, also: /knife|knives/, probability: 0.35 },
  { whenBuying: /apron/, also: /tea towel|whisk|rolling pin/, probability: 0.3 },
  { whenBuying: /plate|bowls|platter/, also: /napkins|tumblers/, probability: 0.2 },
  { whenBuying: /pot\b|planter|trough|window box/, also: /trowel|seeds|bulbs|watering can/, probability: 0.35 },
  { whenBuying: /seeds|bulbs|seed tin/, also: /dibber|gardening gloves|seedling/, probability: 0.25 },
  { whenBuying: /feeder|bird bath/, also: /bird seed/, probability: 0.6 },
  { whenBuying: /nest box|birdhouse/, also: /feeder|bird seed/, probability: 0.3 },
  { whenBuying: /notebook|journal|planner|diary/, also: /\bpen\b|pencils|pen set/, probability: 0.35 },
  { whenBuying: /fountain pen/, also: /ink bottle|letter writing/, probability: 0.5 },
  { whenBuying: /wrap/, also: /ribbon|stamp and label/, probability: 0.35 },
  { whenBuying: /bear|rabbit|rattle|blocks|train|puzzle|stacker/, also: /card|wrap/, probability: 0.25 },
  { whenBuying: /bauble/, also: /garland|snowflake|bauble|topper/, probability: 0.35 },
  { whenBuying: /bunting|flags/, also: /paper lantern|festoon|picnic plates/, probability: 0.25 },
];

/** What is used up and so bought again. */
export const CONSUMABLE = /candle|tea lights|wax melts|matches|seed|bulbs|card|wrap|ribbon|ink|notebook/;
