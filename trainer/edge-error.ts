/** The edge said no; `code` is from its problem+json (RFC 9457). */
export class EdgeError extends Error {
  override readonly name = 'EdgeError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
