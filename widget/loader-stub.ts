import type { EarlyStart } from './early-start.ts';

/**
 * What the loader leaves at `window.vitrine` until the widget is there: the tag's words, and the
 * calls that a page makes in the meantime.
 */
export interface LoaderStub {
  readonly edge: string;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  readonly early: EarlyStart;
  /** `settle` is told when the call has taken effect. */
  readonly calls: [name: 'track' | 'setConsent', argument: unknown, settle?: (effect: unknown) => void][];
  track(event: unknown): void;
  setConsent(level: unknown): Promise<unknown>;
}
