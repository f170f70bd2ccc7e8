import { MESSAGE_MAX_BYTES } from '#edge/body-limit.ts';
import type { Bytes } from '#protocol/bytes.ts';
import { encodeHelperBatch, type HelperReport, type HelperVerdict, parseVerdicts } from '#protocol/helper-batch.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { parseJson } from '#protocol/parse.ts';
import { readAtMost } from '#protocol/read-at-most.ts';
import type { ShareSizes } from '#protocol/report.ts';
import { AgreedSchema, ProblemSchema, ReleasedSchema, type ReleaseRequest } from '#protocol/round-messages.ts';
import { verifyAnswer } from '#protocol/signed-answer.ts';
import { signRequest } from '#protocol/signed-request.ts';
import type { RoundSetup } from './round-stub.ts';

/** What came of a message to the helper. */
export type HelperAnswer<T> =
  | { readonly kind: 'answered'; readonly value: T }
  /** No answer, or one that says nothing of the message: to be sent again. */
  | { readonly kind: 'unavailable' }
  /** A no that stays a no. */
  | { readonly kind: 'refused'; readonly code: string };

/** The leader's way to the helper of one task. All messages may be repeated. */
export interface HelperClient {
  /** @param sealed From `sealVerifyKey`. */
  agreeOnVerifyKey(sealed: Bytes): Promise<HelperAnswer<undefined>>;
  /** @returns One verdict a report, in order. */
  addBatch(
    step: number,
    batch: { readonly reports: readonly HelperReport[]; readonly sizes: ShareSizes },
  ): Promise<HelperAnswer<readonly HelperVerdict[]>>;
  /** @returns Of how many reports the helper has released its share. */
  release(request: ReleaseRequest): Promise<HelperAnswer<number>>;
}

const TIMEOUT_MS = 30_000;

/** Final answers; any other than these and success may change, such as a clock that is off. */
const REFUSALS: ReadonlySet<number> = new Set([400, 403, 404, 409, 410]);

/**
 * Talks to the helper by signed requests. An answer that the helper has not signed counts as none.
 *
 * @param options `key` is the leader's own; `helperKey` the helper's raw public key, base64url;
 *   `fetch` and `now` are the platform's.
 */
export function createHelperClient({
  round,
  key,
  helperKey,
  fetch,
  now,
}: {
  readonly round: RoundSetup;
  readonly key: SigningKey;
  readonly helperKey: string;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
}): HelperClient {
  const base = `${round.task.helper.origin}/v1/shops/${round.shop}/tasks/${round.taskId}`;

  async function post<T>(path: string, body: Bytes | string, read: (body: Bytes) => T): Promise<HelperAnswer<T>> {
    try {
      const request = await signRequest(new Request(`${base}/${path}`, { method: 'POST', body }), key, now());
      const response = await fetch(
        new Request(request, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) }),
      );
      if (!response.ok && !REFUSALS.has(response.status)) return { kind: 'unavailable' };
      // A helper that lies could go on answering until the memory is full.
      const received = response.body && (await readAtMost(response.body, MESSAGE_MAX_BYTES));
      const answer = await verifyAnswer(new Response(received, response), { request, publicKey: helperKey });
      if (response.ok) return { kind: 'answered', value: read(answer) };
      return { kind: 'refused', code: parseJson(ProblemSchema, answer, 'bad-json').code };
    } catch {
      return { kind: 'unavailable' };
    }
  }

  return {
    agreeOnVerifyKey: (sealed) =>
      post('verify-key', sealed, (body) => {
        parseJson(AgreedSchema, body, 'round-message-invalid');
        return undefined;
      }),
    addBatch: (step, { reports, sizes }) =>
      post('batches', encodeHelperBatch(step, reports), (body) =>
        parseVerdicts(body, { sizes, numReports: reports.length }),
      ),
    release: (request) =>
      post(
        'release',
        JSON.stringify(request),
        (body) => parseJson(ReleasedSchema, body, 'round-message-invalid').count,
      ),
  };
}
