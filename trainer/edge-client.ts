import * as v from 'valibot';
import { type Bytes, utf8 } from '#protocol/bytes.ts';
import { type Envelope, EnvelopeSchema } from '#protocol/envelope.ts';
import type { Digest, ShopId, TaskId } from '#protocol/ids.ts';
import { LEDGER_ENTRIES_A_REQUEST, LedgerSchema } from '#protocol/ledger.ts';
import { parseJson } from '#protocol/parse.ts';
import {
  MissingFilesSchema,
  type Publication,
  PublicationSchema,
  type PublishedVersion,
  PublishedVersionsSchema,
} from '#protocol/publication.ts';
import {
  type AggregateShare,
  AggregateShareSchema,
  type PartyIdentity,
  type ReportReceipt,
  ReportReceiptSchema,
  type RoundState,
  RoundStateSchema,
  type TaskKey,
  TaskKeySchema,
} from '#protocol/round-messages.ts';
import { EdgeTransport, type EdgeTransportOptions } from './edge-transport.ts';

/** Whose routes, and for whom: `key` is the shop's publishing key. */
export interface EdgeClientOptions extends EdgeTransportOptions {
  readonly shop: ShopId;
}

/**
 * One party's routes for one shop. Requests that change or tell something are signed with the shop's key, and
 * their answers count only if the party has signed them.
 */
export class EdgeClient {
  readonly #transport: EdgeTransport;
  readonly #shop: ShopId;

  constructor({ shop, ...options }: EdgeClientOptions) {
    this.#transport = new EdgeTransport(options);
    this.#shop = shop;
  }

  get origin(): string {
    return this.#transport.origin;
  }

  /** Who the party is, checked. */
  identity(): Promise<PartyIdentity> {
    return this.#transport.identity();
  }

  /** What the shop has published, not from any cache. */
  async publication(): Promise<Publication> {
    return this.#transport.json(PublicationSchema, await this.#signed('GET', '/publication'));
  }

  /** The versions that the shop can go back to, latest first. */
  async versions(): Promise<readonly PublishedVersion[]> {
    return (await this.#transport.json(PublishedVersionsSchema, await this.#signed('GET', '/versions'))).versions;
  }

  /** The signed manifest of one of them. */
  async version(sequence: number): Promise<Envelope> {
    return this.#transport.json(EnvelopeSchema, await this.#signed('GET', `/versions/${sequence}`));
  }

  /** Which of these files the party lacks. */
  async missingFiles(files: readonly { readonly digest: Digest; readonly bytes: number }[]): Promise<Set<Digest>> {
    const response = await this.#signed('POST', '/missing-files', jsonBytes({ files }));
    return new Set((await this.#transport.json(MissingFilesSchema, response)).missing);
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
    return this.#transport.json(
      v.array(EnvelopeSchema),
      await this.#transport.send(new Request(this.#url('/open-tasks'))),
    );
  }

  async createTaskKey(): Promise<TaskKey> {
    return this.#transport.json(TaskKeySchema, await this.#signed('POST', '/task-keys'));
  }

  /** Registers a task; the helper answers with its own signature added. */
  async registerTask(envelope: Envelope): Promise<Envelope> {
    return this.#transport.json(EnvelopeSchema, await this.#signed('POST', '/tasks', jsonBytes(envelope)));
  }

  /** Every task that this party has registered for the shop. */
  async readLedger(): Promise<readonly Envelope[]> {
    return (await this.#transport.json(LedgerSchema, await this.#signed('GET', '/ledger'))).entries;
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
    const response = await this.#transport.fetch(request);
    const body = new Uint8Array(await response.arrayBuffer());
    if (response.headers.get('content-type')?.startsWith('application/problem+json'))
      throw this.#transport.problem(response, body);
    return parseJson(ReportReceiptSchema, body, 'round-message-invalid');
  }

  async closeTask(task: TaskId): Promise<void> {
    await this.#signed('POST', `/tasks/${task}/close`);
  }

  async roundState(task: TaskId): Promise<RoundState> {
    return this.#transport.json(RoundStateSchema, await this.#signed('GET', `/tasks/${task}`));
  }

  async aggregateShare(task: TaskId): Promise<AggregateShare> {
    return this.#transport.json(AggregateShareSchema, await this.#signed('GET', `/tasks/${task}/aggregate-share`));
  }

  #url(path: string): string {
    return `${this.origin}${this.#path(path)}`;
  }

  #path(path: string): string {
    return `/v1/shops/${this.#shop}${path}`;
  }

  #signed(method: string, path: string, body?: Bytes): Promise<Response> {
    return this.#transport.signed(method, this.#path(path), body);
  }
}

function jsonBytes(value: unknown): Bytes {
  return utf8(JSON.stringify(value));
}
