import type * as v from 'valibot';
import { parseJson } from '#protocol/parse.ts';
import { ProblemSchema } from '#protocol/round-messages.ts';

/** Longer than any answer of an edge takes; a check must not hang on an address where packets vanish. */
const TIMEOUT_MS = 15_000;

/** Sends what anybody may ask, as a page or a curious person would; tests have another `send`. */
export class Visitor {
  readonly #send: typeof fetch;

  constructor(send: typeof fetch = fetch) {
    this.#send = send;
  }

  /** @returns The error where nothing answers. */
  async ask(url: string, init: RequestInit = {}): Promise<Response | Error> {
    try {
      return await this.#send(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      const { cause } = error as Error;
      return cause instanceof Error ? cause : (error as Error); // undici says why in the cause
    }
  }
}

/** What an answer holds; `undefined` if it is not what it should be. */
export async function jsonOf<TSchema extends v.GenericSchema>(
  schema: TSchema,
  response: Response,
): Promise<v.InferOutput<TSchema> | undefined> {
  try {
    return parseJson(schema, new Uint8Array(await response.arrayBuffer()), 'bad-json');
  } catch {
    return undefined;
  }
}

/** What a refusal says: its code where it has one, else its status. */
export async function codeOf(response: Response): Promise<string> {
  return (await jsonOf(ProblemSchema, response))?.code ?? `status ${response.status}`;
}
