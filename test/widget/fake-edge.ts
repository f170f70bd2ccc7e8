import type { Bytes } from '#protocol/bytes.ts';
import { utf8 } from '#protocol/bytes.ts';
import type { Published } from './published-shop.ts';
import { SHOP } from './published-shop.ts';

/** The edge's answers, to be changed by a test while it runs. */
export class FakeEdge {
  readonly origin = 'https://edge.example';
  /** Bodies by path below the shop; a number is a status without a body. */
  readonly answers = new Map<string, Bytes | number>();
  /** Paths asked for, in order. */
  readonly requests: string[] = [];
  /** Bodies posted, in order. */
  readonly posted: Bytes[] = [];
  isReachable = true;
  /** Answers wait for this. */
  gate: ((path: string) => Promise<void>) | undefined;

  put(path: string, value: unknown): void {
    this.answers.set(path, value instanceof Uint8Array ? (value as Bytes) : utf8(JSON.stringify(value)));
  }

  /** Puts a version up as the newest; files of versions before stay. */
  publish({ envelope, files }: Published): void {
    this.put('manifest', envelope);
    for (const [digest, bytes] of files) this.put(`files/${digest}`, bytes);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    if (!this.isReachable) throw new TypeError('Failed to fetch');
    const path = String(input).replace(`${this.origin}/v1/shops/${SHOP}/`, '');
    this.requests.push(path);
    if (init?.body) this.posted.push(init.body as Bytes);
    await this.gate?.(path);
    const answer = this.answers.get(path) ?? 404;
    return typeof answer === 'number' ? new Response(null, { status: answer }) : new Response(answer);
  };
}
