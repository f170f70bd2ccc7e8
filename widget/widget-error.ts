import { ProtocolError, type ProtocolErrorCode } from '#protocol/errors.ts';

/** Stable code of everything that can send a shelf back to the shop's own list. */
export type WidgetErrorCode =
  | ProtocolErrorCode
  | 'edge-refused'
  | 'edge-unreachable'
  | 'engine-stopped'
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

/** The code to report for anything caught. */
export function codeOf(error: unknown): WidgetErrorCode {
  return error instanceof WidgetError || error instanceof ProtocolError ? error.code : 'unexpected';
}
