import type * as v from 'valibot';
import type { Bytes } from '#protocol/bytes.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { parseJson } from '#protocol/parse.ts';
import { type PartyIdentity, PartyIdentitySchema, ProblemSchema } from '#protocol/round-messages.ts';
import { verifyAnswer } from '#protocol/signed-answer.ts';
import { signRequest } from '#protocol/signed-request.ts';
import { EdgeError } from './edge-error.ts';
import { InputError } from './input-error.ts';
import type { CheckParty } from './known-party.ts';

export interface EdgeTransportOptions {
  /** Such as `https://edge.example`. */
  readonly origin: string;
  /** Signs requests that change or tell something. */
  readonly key: SigningKey;
  /** Asked once, before the first answer is believed. */
  readonly checkParty: CheckParty;
}

/** Requests to one party. Answers to signed ones count only if the party has signed them. */
export class EdgeTransport {
  readonly origin: string;
  readonly #key: SigningKey;
  readonly #checkParty: CheckParty;
  #party: Promise<PartyIdentity> | undefined;

  constructor({ origin, key, checkParty }: EdgeTransportOptions) {
    this.origin = origin;
    this.#key = key;
    this.#checkParty = checkParty;
  }

  /** Who the party is, checked. */
  identity(): Promise<PartyIdentity> {
    this.#party ??= this.#askIdentity();
    return this.#party;
  }

  async #askIdentity(): Promise<PartyIdentity> {
    const identity = await this.json(PartyIdentitySchema, await this.send(new Request(`${this.origin}/v1/party`)));
    await this.#checkParty(identity);
    return identity;
  }

  /** @throws {EdgeError} If the party refuses. {@link InputError} If nothing answers. */
  async signed(method: string, path: string, body?: Bytes): Promise<Response> {
    const request = new Request(`${this.origin}${path}`, body ? { method, body } : { method });
    const signed = await signRequest(request, this.#key, Date.now());
    const { publicKey } = await this.identity();
    const response = await this.fetch(signed.clone());
    const answer = await verifyAnswer(response.clone(), { request: signed, publicKey });
    if (response.ok) return response;
    throw this.problem(response, answer);
  }

  /** Sends what anybody may ask. @throws As {@link signed}. */
  async send(request: Request): Promise<Response> {
    const response = await this.fetch(request);
    if (response.ok) return response;
    throw this.problem(response, new Uint8Array(await response.arrayBuffer()));
  }

  /** Once more where the connection was closed: servers do so to one that was idle while a model was judged. */
  async fetch(request: Request): Promise<Response> {
    const again = request.clone();
    try {
      return await fetch(request).catch((error) => {
        if (wasClosed(error)) return fetch(again);
        throw error;
      });
    } catch (cause) {
      throw new InputError(
        `expected an edge at ${this.origin}, but nothing answers there; start it with "vitrine serve" or name another with --edge and --helper`,
        { cause },
      );
    }
  }

  /** Reads an answer's body. @throws {ProtocolError} `round-message-invalid` if it is not what it should be. */
  async json<TSchema extends v.GenericSchema>(schema: TSchema, response: Response): Promise<v.InferOutput<TSchema>> {
    return parseJson(schema, new Uint8Array(await response.arrayBuffer()), 'round-message-invalid');
  }

  /** What a refusal says. */
  problem({ status, url }: Response, body: Uint8Array): EdgeError {
    try {
      const { code, title } = parseJson(ProblemSchema, body, 'bad-json');
      return new EdgeError(status, code, `${new URL(url).pathname} answered ${status} ${code}: ${title}`);
    } catch {
      return new EdgeError(status, 'no-problem-json', `${new URL(url).pathname} answered ${status}`); // a HEAD has no body
    }
  }
}

/** What was done already is answered as if it were done now; at worst a key is made that nobody uses. */
function wasClosed(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}
