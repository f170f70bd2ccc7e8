/**
 * What the loader leaves at `window.vitrine` until the widget is there: the tag's words, and the
 * calls that a page makes in the meantime.
 */
export interface LoaderStub {
  readonly edge: string;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  readonly calls: [name: 'track' | 'setConsent', argument: unknown][];
  track(event: unknown): void;
  setConsent(level: unknown): void;
}
