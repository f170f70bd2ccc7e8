import type { Bytes } from '#protocol/bytes.ts';
import { utf8 } from '#protocol/bytes.ts';
import { digestOfKind, type Published, SHOP } from './published-shop.ts';

/** A body; a status without one; or the right body, whose second half never comes. */
export type FakeAnswer = Bytes | number | 'cut-off';

/** The edge's answers, to be changed by a test while it runs. */
export class FakeEdge {
  readonly origin = 'https://edge.example';
  /** By path below the shop. */
  readonly answers = new Map<string, FakeAnswer>();
  /** What comes in place of them, one after the other, until none is left. */
  readonly faults = new Map<string, FakeAnswer[]>();
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
  publish(version: Published): void {
    const { envelope, files } = version;
    this.put('manifest', envelope);
    this.put('first-shelf', files.get(digestOfKind(version, 'first-shelf')));
    for (const [digest, bytes] of files) this.put(`files/${digest}`, bytes);
  }

  /** Paths of files asked for, in order. */
  get filesAsked(): string[] {
    return this.requests.filter((path) => path.startsWith('files/'));
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const path = String(input).replace(`${this.origin}/v1/shops/${SHOP}/`, '');
    this.requests.push(path);
    if (!this.isReachable) throw new TypeError('Failed to fetch');
    if (init?.body) this.posted.push(init.body as Bytes);
    await this.gate?.(path);
    const whole = this.answers.get(path) ?? 404;
    const answer = this.faults.get(path)?.shift() ?? whole;
    if (answer === 'cut-off') return cutOff(whole as Bytes);
    return typeof answer === 'number' ? new Response(null, { status: answer }) : new Response(answer);
  };
}

/** An answer that says how long it is and ends in an error after half of it. */
function cutOff(bytes: Bytes): Response {
  const parts = [bytes.slice(0, bytes.length >> 1)];
  const body = new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part) controller.enqueue(part);
      else controller.error(new TypeError('network error'));
    },
  });
  return new Response(body, { headers: { 'content-length': String(bytes.length) } });
}
