import type { Bytes } from '#protocol/bytes.ts';
import { encodeHelperBatch, type HelperReport } from '#protocol/helper-batch.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { parseJson } from '#protocol/parse.ts';
import { ProblemSchema, type ReleaseRequest } from '#protocol/round-messages.ts';
import { signRequest } from '#protocol/signed-request.ts';
import type { RoundSetup } from './round-stub.ts';

/** What came of a message to the helper. */
export type HelperAnswer<T> =
  | { readonly kind: 'answered'; readonly value: T }
  /** No answer, or one that says nothing of the message: to be sent again. */
  | { readonly kind: 'unavailable' }
  /** A no that stays a no. */
  | { readonly kind: 'refused'; readonly code: string };

/** The leader's way to the helper of one task. Both messages may be repeated. */
export interface HelperClient {
  /** @returns One byte an entry: 1 added to the helper's sum, 0 refused. */
  addBatch(step: number, reports: readonly HelperReport[]): Promise<HelperAnswer<Bytes>>;
  release(request: ReleaseRequest): Promise<HelperAnswer<undefined>>;
}

const TIMEOUT_MS = 30_000;

/** Final answers; any other than these and success may change, such as a clock that is off. */
const REFUSALS: ReadonlySet<number> = new Set([400, 403, 404, 409, 410]);

/**
 * Talks to the helper by signed requests.
 *
 * @param options `key` is the leader's own; `fetch` and `now` are the platform's.
 */
export function createHelperClient({
  round,
  key,
  fetch,
  now,
}: {
  readonly round: RoundSetup;
  readonly key: SigningKey;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
}): HelperClient {
  const base = `${round.task.helper.origin}/v1/shops/${round.shop}/tasks/${round.taskId}`;

  async function post<T>(
    path: string,
    body: Bytes | string,
    read: (response: Response) => Promise<T>,
  ): Promise<HelperAnswer<T>> {
    try {
      const request = await signRequest(new Request(`${base}/${path}`, { method: 'POST', body }), key, now());
      const response = await fetch(
        new Request(request, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) }),
      );
      if (response.ok) return { kind: 'answered', value: await read(response) };
      if (!REFUSALS.has(response.status)) return { kind: 'unavailable' };
      return { kind: 'refused', code: parseJson(ProblemSchema, await response.text(), 'bad-json').code };
    } catch {
      return { kind: 'unavailable' };
    }
  }

  return {
    addBatch: (step, reports) =>
      post(
        'batches',
        encodeHelperBatch(step, reports),
        async (response) => new Uint8Array(await response.arrayBuffer()),
      ),
    release: (request) => post('release', JSON.stringify(request), async () => undefined),
  };
}
