/** What page and engine say to each other across the Worker's edge. All of it can be cloned. */

import type { ScorerKind } from '#model/scorer.ts';
import type { ItemId, ModelVersion, ShopId } from '#protocol/ids.ts';
import type { Live } from '#protocol/live.ts';
import type { ConsentLevel } from './consent.ts';
import type { OpenedManifest } from './manifest-source.ts';
import type { RankRequest } from './rank-shelf.ts';
import type { ShelfCard } from './shelf-state.ts';
import type { WidgetErrorCode } from './widget-error.ts';

export interface EngineSettings {
  readonly edge: string;
  readonly shop: ShopId;
}

/** A question and its answer carry the same number. */
export type EngineQuestion =
  /** Rank with this version from now on; `isStored`: only if all of it is stored on this device. */
  | { readonly kind: 'use'; readonly opened: OpenedManifest; readonly isStored: boolean }
  | { readonly kind: 'set-live'; readonly live: Live | undefined }
  | { readonly kind: 'rank'; readonly request: RankRequest }
  /** Which of these is the id of an item? */
  | { readonly kind: 'resolve'; readonly candidates: readonly string[] }
  | { readonly kind: 'describe'; readonly itemIds: readonly ItemId[] }
  | { readonly kind: 'set-level'; readonly level: ConsentLevel };

export type EngineAnswer =
  /** `undefined`: not all of it is stored. `isKept`: all of it is, from now on. */
  | { readonly kind: 'used'; readonly model: ModelInUse | undefined; readonly isKept: boolean }
  | { readonly kind: 'live-set' }
  | { readonly kind: 'ranked'; readonly cards: readonly ShelfCard[] }
  | { readonly kind: 'resolved'; readonly itemId: ItemId | undefined }
  /** Titles of the items that the model knows. */
  | { readonly kind: 'described'; readonly titles: ReadonlyMap<ItemId, string> }
  /** From now on the engine keeps things only where the level allows. */
  | { readonly kind: 'level-set' };

export interface StartMessage {
  readonly kind: 'start';
  readonly settings: EngineSettings;
  readonly level: ConsentLevel;
  /** What model files may take on the device; `Infinity` where the merchant set no limit. */
  readonly quotaBytes: number;
  /** Only for an engine that may use a GPU: it has won on this catalog before and need not be timed again. */
  readonly isGpuChosen?: boolean;
}

export type ToEngine =
  | StartMessage
  /** The page has loaded what it needs itself: the model may take the line. */
  | { readonly kind: 'page-loaded' }
  | { readonly kind: 'question'; readonly id: number; readonly question: EngineQuestion };

/** The model that the engine ranks with. */
export interface ModelInUse {
  readonly version: ModelVersion;
  readonly numItems: number;
  readonly scorer: ScorerKind;
}

export type FromEngine =
  /** A Worker's first word: it runs. */
  | { readonly kind: 'started' }
  /** Questions about items are answered from now on; sent again when there is another model, or more of it. */
  | { readonly kind: 'ready'; readonly model: ModelInUse }
  /** Something failed that shelves can do without. */
  | { readonly kind: 'warning'; readonly code: WidgetErrorCode }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: EngineAnswer }
  | { readonly kind: 'unanswered'; readonly id: number; readonly code: WidgetErrorCode };
