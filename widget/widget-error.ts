import { ProtocolError, type ProtocolErrorCode } from '#protocol/errors.ts';

/** Stable code of everything that can go wrong in a page: with shelves, or only with what is kept. */
export type WidgetErrorCode =
  | ProtocolErrorCode
  /** `data-vitrine-quota` is no size. */
  | 'bad-quota'
  | 'edge-refused'
  | 'edge-unreachable'
  | 'engine-stopped'
  /** This page forbids WebAssembly, so a learning task that asks for a proof can't be taken part in. */
  | 'proof-failed'
  /**
   * The browser lets this page keep nothing, or no longer: it goes on from its own memory. Or what a device records of
   * taking part was last written by a later release, and it takes part in nothing.
   */
  | 'storage-denied'
  /** What was to be kept is lost, or the model is larger than the merchant's quota; what was there before stays. */
  | 'storage-full'
  /** A tag is on the page twice, or two versions of it: the first one wins. */
  | 'tag-twice'
  | 'unexpected'
  | 'worker-forbidden';

/** Something the widget needs and cannot have; `code` is what `vitrine-error` carries. */
export class WidgetError extends Error {
  override readonly name = 'WidgetError';
  readonly code: WidgetErrorCode;

  constructor(code: WidgetErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What IndexedDB and Cache Storage say by name: no room, forbidden, a broken disk, a connection cut from outside. */
const STORAGE_CODES: Readonly<Record<string, WidgetErrorCode>> = {
  InvalidStateError: 'storage-denied',
  NotAllowedError: 'storage-denied',
  QuotaExceededError: 'storage-full',
  SecurityError: 'storage-denied',
  UnknownError: 'storage-denied',
};

/** The code to report for anything caught. */
export function codeOf(error: unknown): WidgetErrorCode {
  if (error instanceof WidgetError || error instanceof ProtocolError) return error.code;
  return error instanceof DOMException ? (STORAGE_CODES[error.name] ?? 'unexpected') : 'unexpected';
}
