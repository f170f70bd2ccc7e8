import * as v from 'valibot';
import { type Bytes, utf8 } from '#protocol/bytes.ts';
import { type Envelope, EnvelopeSchema } from '#protocol/envelope.ts';
import type { Digest, ShopId, TaskId } from '#protocol/ids.ts';
import type { SigningKey } from '#protocol/keys.ts';
import { LEDGER_ENTRIES_A_REQUEST, LedgerSchema } from '#protocol/ledger.ts';
import { parseJson } from '#protocol/parse.ts';
import {
  type AggregateShare,
  AggregateShareSchema,
  type PartyIdentity,
  PartyIdentitySchema,
  ProblemSchema,
  type ReportReceipt,
  ReportReceiptSchema,
  type RoundState,
  RoundStateSchema,
  type ShopRecord,
  type TaskKey,
  TaskKeySchema,
} from '#protocol/round-messages.ts';
import { verifyAnswer } from '#protocol/signed-answer.ts';
import { signRequest } from '#protocol/signed-request.ts';
import { EdgeError } from './edge-error.ts';
import { InputError } from './input-error.ts';
import type { CheckParty } from './known-party.ts';

/** Whose routes, and for whom. */
export interface EdgeClientOptions {
  /** Such as `https://edge.example`. */
  readonly origin: string;
  readonly shop: ShopId;
  /** The shop's publishing key. */
  readonly key: SigningKey;
  /** Asked once, before the first answer is believed. */
  readonly checkParty: CheckParty;
}

/**
 * One party's routes for one shop. Requests that change or tell something are signed with the shop's key, and
 * their answers count only if the party has signed them.
 */
export class EdgeClient {
  readonly origin: string;
  readonly #shop: ShopId;
  readonly #key: SigningKey;
  readonly #checkParty: CheckParty;
  #party: Promise<PartyIdentity> | undefined;

  constructor({ origin, shop, key, checkParty }: EdgeClientOptions) {
    this.origin = origin;
    this.#shop = shop;
    this.#key = key;
    this.#checkParty = checkParty;
  }

  /** Who the party is, checked. */
  identity(): Promise<PartyIdentity> {
    this.#party ??= this.#askIdentity();
    return this.#party;
  }

  async #askIdentity(): Promise<PartyIdentity> {
    const identity = await this.#json(PartyIdentitySchema, await this.#send(new Request(`${this.origin}/v1/party`)));
    await this.#checkParty(identity);
    return identity;
  }

  /** Tells the edge of the shop; needs the operator's token. */
  async putShop(record: ShopRecord, operatorToken: string): Promise<void> {
    const headers = { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' };
    await this.#send(new Request(this.#url(''), { method: 'PUT', headers, body: JSON.stringify(record) }));
  }

  /** The signed manifest now served, or `undefined` before the first publication. */
  async manifest(): Promise<Envelope | undefined> {
    return this.#envelopeIfThere('/manifest');
  }

  async live(): Promise<Envelope | undefined> {
    return this.#envelopeIfThere('/live');
  }

  async hasFile(digest: Digest): Promise<boolean> {
    return (await this.#found(new Request(this.#url(`/files/${digest}`), { method: 'HEAD' }))) !== undefined;
  }

  async putFile(digest: Digest, bytes: Bytes): Promise<void> {
    await this.#signed('PUT', `/files/${digest}`, bytes);
  }

  async putManifest(envelope: Envelope): Promise<void> {
    await this.#signed('PUT', '/manifest', jsonBytes(envelope));
  }

  async putLive(envelope: Envelope): Promise<void> {
    await this.#signed('PUT', '/live', jsonBytes(envelope));
  }

  /** The open tasks as devices see them. */
  async openTasks(): Promise<readonly Envelope[]> {
    return this.#json(v.array(EnvelopeSchema), await this.#send(new Request(this.#url('/open-tasks'))));
  }

  async createTaskKey(): Promise<TaskKey> {
    return this.#json(TaskKeySchema, await this.#signed('POST', '/task-keys'));
  }

  /** Registers a task; the helper answers with its own signature added. */
  async registerTask(envelope: Envelope): Promise<Envelope> {
    return this.#json(EnvelopeSchema, await this.#signed('POST', '/tasks', jsonBytes(envelope)));
  }

  /** Every task that this party has registered for the shop. */
  async readLedger(): Promise<readonly Envelope[]> {
    return (await this.#json(LedgerSchema, await this.#signed('GET', '/ledger'))).entries;
  }

  /** Gives the party tasks that it lacks; it keeps those that both keys have signed. */
  async addToLedger(entries: readonly Envelope[]): Promise<void> {
    for (let start = 0; start < entries.length; start += LEDGER_ENTRIES_A_REQUEST) {
      const sent = entries.slice(start, start + LEDGER_ENTRIES_A_REQUEST);
      await this.#signed('POST', '/ledger', jsonBytes({ entries: sent }));
    }
  }

  /** One device's upload: the very request that a browser makes. */
  async postReport(task: TaskId, report: Bytes): Promise<ReportReceipt> {
    const request = new Request(this.#url(`/tasks/${task}/reports`), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: report,
    });
    const response = await this.#fetch(request);
    const body = new Uint8Array(await response.arrayBuffer());
    if (response.headers.get('content-type')?.startsWith('application/problem+json'))
      throw this.#problem(response, body);
    return parseJson(ReportReceiptSchema, body, 'round-message-invalid');
  }

  async closeTask(task: TaskId): Promise<void> {
    await this.#signed('POST', `/tasks/${task}/close`);
  }

  async roundState(task: TaskId): Promise<RoundState> {
    return this.#json(RoundStateSchema, await this.#signed('GET', `/tasks/${task}`));
  }

  async aggregateShare(task: TaskId): Promise<AggregateShare> {
    return this.#json(AggregateShareSchema, await this.#signed('GET', `/tasks/${task}/aggregate-share`));
  }

  #url(path: string): string {
    return `${this.origin}/v1/shops/${this.#shop}${path}`;
  }

  async #signed(method: string, path: string, body?: Bytes): Promise<Response> {
    const request = new Request(this.#url(path), body ? { method, body } : { method });
    const signed = await signRequest(request, this.#key, Date.now());
    const { publicKey } = await this.identity();
    const response = await this.#fetch(signed.clone());
    const answer = await verifyAnswer(response.clone(), { request: signed, publicKey });
    if (response.ok) return response;
    throw this.#problem(response, answer);
  }

  async #envelopeIfThere(path: string): Promise<Envelope | undefined> {
    const response = await this.#found(new Request(this.#url(path)));
    return response && this.#json(EnvelopeSchema, response);
  }

  async #found(request: Request): Promise<Response | undefined> {
    try {
      return await this.#send(request);
    } catch (error) {
      if (error instanceof EdgeError && error.status === 404 && error.code !== 'unknown-shop') return undefined;
      throw error;
    }
  }

  async #send(request: Request): Promise<Response> {
    const response = await this.#fetch(request);
    if (response.ok) return response;
    throw this.#problem(response, new Uint8Array(await response.arrayBuffer()));
  }

  /** Once more where the connection was closed: servers do so to one that was idle while a model was judged. */
  async #fetch(request: Request): Promise<Response> {
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

  async #json<TSchema extends v.GenericSchema>(schema: TSchema, response: Response): Promise<v.InferOutput<TSchema>> {
    return parseJson(schema, new Uint8Array(await response.arrayBuffer()), 'round-message-invalid');
  }

  #problem({ status, url }: Response, body: Uint8Array): EdgeError {
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

function jsonBytes(value: unknown): Bytes {
  return utf8(JSON.stringify(value));
}
