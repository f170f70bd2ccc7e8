import type { ErrorHandler, NotFoundHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ProtocolError, type ProtocolErrorCode } from '#protocol/errors.ts';
import type { Problem as ProblemBody } from '#protocol/round-messages.ts';
import type { EdgeEnv } from './env.ts';

/** What only the edge can find wrong with a request. */
type EdgeProblemCode =
  | 'batch-spent'
  | 'body-too-large'
  | 'files-missing'
  | 'helper-refused'
  | 'helper-unavailable'
  | 'internal'
  | 'key-revoked'
  | 'ledger-differs'
  | 'live-older-than-seen'
  | 'no-live'
  | 'no-manifest'
  | 'no-second-party'
  | 'not-found'
  | 'not-released'
  | 'origin-not-allowed'
  | 'range-not-satisfiable'
  | 'report-differs'
  | 'report-sets-differ'
  | 'shop-changed'
  | 'shop-deleted'
  | 'shop-suspended'
  | 'step-differs'
  | 'storage-limit'
  | 'task-closed'
  | 'task-key-unknown'
  | 'task-model-differs'
  | 'task-not-open-yet'
  | 'task-clock-differs'
  | 'task-open'
  | 'task-too-large'
  | 'too-few-reports'
  | 'unknown-shop'
  | 'unknown-task'
  | 'unknown-version'
  | 'verify-key-differs'
  | 'verify-key-missing';

export type ProblemCode = EdgeProblemCode | ProtocolErrorCode;

/** Titles are fixed texts: an answer never repeats what was sent. */
const EDGE_PROBLEMS: Readonly<Record<EdgeProblemCode, readonly [ContentfulStatusCode, string]>> = {
  'batch-spent': [409, 'This batch is released or failed and takes no further reports.'],
  'body-too-large': [413, 'The body is longer than this route accepts.'],
  'files-missing': [409, 'Files that the manifest lists have not been uploaded.'],
  'helper-refused': [409, 'The helper refused this task.'],
  'helper-unavailable': [503, 'The helper does not answer now; send the request again.'],
  internal: [500, 'Something went wrong on this side.'],
  'key-revoked': [409, 'This key was revoked, which is for good.'],
  'ledger-differs': [409, 'This party knows other tasks, or another one after the same earlier ones.'],
  'live-older-than-seen': [409, 'A live message with this sequence number or a higher one is published.'],
  'no-live': [404, 'This shop has published no live message.'],
  'no-manifest': [404, 'This shop has published no model.'],
  'no-second-party': [404, 'Learning from devices needs a second operator, and this leader has none.'],
  'not-found': [404, 'There is nothing at this address.'],
  'not-released': [409, 'This round has released nothing.'],
  'origin-not-allowed': [403, "Expected a page of the shop's own origins."],
  'range-not-satisfiable': [416, 'The range lies outside the file.'],
  'report-differs': [409, 'Another report was accepted under this id.'],
  'report-sets-differ': [409, 'The two parties counted different reports.'],
  'shop-changed': [409, 'The shop or its files were changed meanwhile; send the request again.'],
  'shop-deleted': [409, 'A shop of this id was deleted, and ids are not given twice.'],
  'shop-suspended': [403, 'This shop is suspended.'],
  'step-differs': [409, 'This step was answered before with other content.'],
  'storage-limit': [507, 'The files of this shop would take more than they may here.'],
  'task-clock-differs': [409, "Expected a task that opens about now, by this party's clock."],
  'task-closed': [409, 'The task closes in the past.'],
  'task-key-unknown': [409, "Expected one of this party's unused keys in the task."],
  'task-model-differs': [409, 'The task is for another model than the published one.'],
  'task-not-open-yet': [409, 'The task opens later.'],
  'task-open': [409, 'Another task of this kind is open.'],
  'task-too-large': [403, 'The task asks for more reports than this shop’s rounds may have here.'],
  'too-few-reports': [409, 'The batch is below its minimum; nothing will be released.'],
  'unknown-shop': [404, 'No such shop.'],
  'unknown-task': [404, 'No such task.'],
  'unknown-version': [404, 'This shop has no such version to go back to.'],
  'verify-key-differs': [409, 'This task has another verify key.'],
  'verify-key-missing': [409, 'The parties have not agreed on a verify key for this task.'],
};

/** Titles of protocol errors: their messages are for logs, for they may name a field that was sent. */
const PROTOCOL_PROBLEMS: Readonly<Partial<Record<ProtocolErrorCode, readonly [ContentfulStatusCode, string]>>> = {
  'bad-request-signature': [401, 'Expected a recent request signed by the right key.'],
  'digest-mismatch': [400, 'The file is not the one that its digest names.'],
  'envelope-invalid': [400, 'Expected a signed envelope of the right type.'],
  'live-invalid': [400, "Expected a valid live message of this shop that hasn't expired."],
  'manifest-expired': [400, "Expected a manifest that hasn't expired."],
  'manifest-invalid': [400, 'Expected a valid manifest of this shop.'],
  'manifest-older-than-seen': [409, 'A manifest with this sequence number or a higher one is published.'],
  'report-invalid': [400, 'Expected a report of this task.'],
  'round-message-invalid': [400, 'Expected a message of the aggregation protocol.'],
  'signature-invalid': [403, 'A signature does not fit its message.'],
  'task-invalid': [400, "Expected a valid task of this shop, within the protocol's limits."],
  'unknown-key': [403, 'A signature is missing: another key signed, or one did not.'],
};

const OTHER_PROTOCOL_PROBLEM = [400, 'The message could not be read.'] as const;

/** An answer other than success. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly #title: string | undefined;

  /**
   * @param options `title` replaces the code's own text and holds nothing that was sent;
   *   `headers` go with the answer.
   */
  constructor(code: ProblemCode, options: { title?: string; headers?: Readonly<Record<string, string>> } = {}) {
    super(code);
    this.code = code;
    this.headers = options.headers ?? {};
    this.#title = options.title;
  }

  /** RFC 9457 `application/problem+json`. */
  toResponse(): Response {
    const [status, title] = statusAndTitle(this.code);
    const body: ProblemBody = { code: this.code, title: this.#title ?? title };
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'cache-control': 'no-store', ...this.headers, 'content-type': 'application/problem+json' },
    });
  }
}

function statusAndTitle(code: ProblemCode): readonly [ContentfulStatusCode, string] {
  if (code in EDGE_PROBLEMS) return EDGE_PROBLEMS[code as EdgeProblemCode];
  return PROTOCOL_PROBLEMS[code as ProtocolErrorCode] ?? OTHER_PROTOCOL_PROBLEM;
}

/** Every error's way out: a code and a title, never a stack. */
export const answerError: ErrorHandler<EdgeEnv> = (error) => {
  if (error instanceof Problem) return error.toResponse();
  if (error instanceof ProtocolError) return new Problem(error.code).toResponse();
  console.error(error);
  return new Problem('internal').toResponse();
};

/** An address that no route knows. */
export const answerNotFound: NotFoundHandler<EdgeEnv> = () => new Problem('not-found').toResponse();
