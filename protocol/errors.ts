/** Stable codes of everything that can be wrong with bytes or JSON from another machine. */
export type ProtocolErrorCode =
  | 'bad-answer-signature'
  | 'bad-id'
  | 'bad-json'
  | 'bad-key'
  | 'bad-request-signature'
  | 'catalog-invalid'
  | 'codebooks-invalid'
  | 'digest-mismatch'
  | 'encoder-invalid'
  | 'envelope-invalid'
  | 'event-invalid'
  | 'first-shelf-invalid'
  | 'groups-invalid'
  | 'items-invalid'
  | 'live-invalid'
  | 'manifest-expired'
  | 'manifest-invalid'
  | 'manifest-older-than-seen'
  | 'neighbors-invalid'
  | 'popularity-invalid'
  | 'report-invalid'
  | 'round-message-invalid'
  | 'shard-invalid'
  | 'shard-truncated'
  | 'signature-invalid'
  | 'task-invalid'
  | 'unknown-key'
  | 'words-invalid';

/**
 * Bytes or JSON from another machine that cannot be accepted.
 *
 * `code` is stable and may be shown, counted and tested; `message` says what was expected and
 * what came, and never holds a private value.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: ProtocolErrorCode;

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
