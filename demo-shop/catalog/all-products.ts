import { BASKETS_AND_BAGS } from './baskets-and-bags.ts';
import { CANDLES } from './candles.ts';
import { CUSHIONS_AND_THROWS } from './cushions-and-throws.ts';
import { GARDEN_AND_WILDLIFE } from './garden-and-wildlife.ts';
import { KITCHEN_TOOLS } from './kitchen-tools.ts';
import { LANTERNS_AND_LAMPS } from './lanterns-and-lamps.ts';
import { MUGS_AND_TABLEWARE } from './mugs-and-tableware.ts';
import { POTS_AND_PLANTERS } from './pots-and-planters.ts';
import { SEASONAL_DECORATIONS } from './seasonal-decorations.ts';
import type { SourceProduct } from './source-product.ts';
import { STATIONERY } from './stationery.ts';
import { TOYS } from './toys.ts';
import { VASES_AND_CLOCKS } from './vases-and-clocks.ts';

/** The demo shop's whole range, category by category. */
export const ALL_PRODUCTS: readonly SourceProduct[] = [
  ...LANTERNS_AND_LAMPS,
  ...CANDLES,
  ...CUSHIONS_AND_THROWS,
  ...VASES_AND_CLOCKS,
  ...BASKETS_AND_BAGS,
  ...MUGS_AND_TABLEWARE,
  ...KITCHEN_TOOLS,
  ...POTS_AND_PLANTERS,
  ...GARDEN_AND_WILDLIFE,
  ...STATIONERY,
  ...TOYS,
  ...SEASONAL_DECORATIONS,
];
