import type { ItemEventKind } from '#protocol/event.ts';
import type { ConsentLevel } from './consent.ts';
import type { PrivacySpent } from './privacy-spent.ts';

/** One thing known of the shopper, as the panel lists it. */
export interface KnownEvent {
  readonly key: number;
  readonly kind: ItemEventKind | 'search';
  /** The item's title, its id where the model does not know it, or the words searched for. */
  readonly label: string;
  readonly atMs: number;
}

/** How learning stands on this device. */
export type LearningState =
  /** The shop has no second operator, or nothing may be stored here. */
  { readonly kind: 'not-offered' } | { readonly kind: 'off' } | { readonly kind: 'on'; readonly spent: PrivacySpent };

/** Everything the privacy panel draws. */
export interface PrivacyState {
  readonly level: ConsentLevel;
  readonly isPaused: boolean;
  /** Latest first. */
  readonly events: readonly KnownEvent[];
  readonly learning: LearningState;
}

/** What a shopper can ask for in the panel. */
export type PrivacyRequest =
  | { readonly kind: 'remove'; readonly key: number }
  | { readonly kind: 'forget' }
  | { readonly kind: 'pause'; readonly isPaused: boolean }
  | { readonly kind: 'learn'; readonly isOptedIn: boolean };
