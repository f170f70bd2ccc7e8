import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Socket } from 'node:net';

/** A line to the network, the one that a page, its Workers and all origins share. */
export interface LineSpeed {
  readonly downBitsPerSecond: number;
  readonly upBitsPerSecond: number;
  readonly roundTripMs: number;
}

/** What Lighthouse calls slow 4G. */
export const SLOW_4G: LineSpeed = { downBitsPerSecond: 1_600_000, upBitsPerSecond: 750_000, roundTripMs: 150 };

/** A good home line, and an edge in the same country. */
export const FAST_LINE: LineSpeed = { downBitsPerSecond: 100_000_000, upBitsPerSecond: 20_000_000, roundTripMs: 10 };

/** Where a server is reached over a line. */
export interface LineEnd {
  readonly port: number;
  close(): Promise<void>;
}

/** One segment on Ethernet; connections take turns by segments. */
const PACKET_BYTES = 1460;
/** Chunks of one connection, some ten kilobytes each. */
const MAX_WAITING = 4;
/** Timers are no finer: on a fast line several packets leave at once. */
const TIMER_MS = 1;

/**
 * A slow line between a browser and servers on this machine, shared by all connections of all pages,
 * Workers and origins.
 *
 * Each direction has one bandwidth, open connections take turns packet by packet, a packet arrives half a
 * round trip after it was sent, and a new connection waits one round trip. The browser's own throttling
 * shares bandwidth in the same way but charges nothing for connections, of which a tag from another origin
 * needs some. Names, TLS and slow start cost nothing here either.
 */
export class SlowLine {
  readonly #roundTripMs: number;
  readonly #down: Lane;
  readonly #up: Lane;

  constructor({ downBitsPerSecond, upBitsPerSecond, roundTripMs }: LineSpeed) {
    this.#roundTripMs = roundTripMs;
    this.#down = new Lane(downBitsPerSecond / 8000, roundTripMs / 2);
    this.#up = new Lane(upBitsPerSecond / 8000, roundTripMs / 2);
  }

  /** Puts the line before a server on 127.0.0.1. */
  async open(serverPort: number): Promise<LineEnd> {
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (browser) => {
      const upstream = createConnection({ host: '127.0.0.1', port: serverPort, noDelay: true });
      for (const socket of [browser, upstream]) {
        sockets.add(socket);
        socket.on('error', () => {}).on('close', () => sockets.delete(socket));
      }
      browser.once('close', () => upstream.destroy());
      this.#down.carry(upstream, browser);
      setTimeout(() => this.#up.carry(browser, upstream), this.#roundTripMs);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      port: (server.address() as AddressInfo).port,
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          for (const socket of sockets) socket.destroy();
        }),
    };
  }
}

/** One connection's bytes that wait for their turn. */
interface Queue {
  readonly from: Socket;
  readonly to: Socket;
  readonly waiting: Buffer[];
  /** The sender is gone; said to the receiver after the last byte. */
  hasEnded: boolean;
}

/** One direction of a line. */
class Lane {
  readonly #bytesPerMs: number;
  readonly #delayMs: number;
  /** Those with something to send, the next one first. */
  readonly #queues: Queue[] = [];
  #freeAtMs = 0;
  #isBusy = false;

  constructor(bytesPerMs: number, delayMs: number) {
    this.#bytesPerMs = bytesPerMs;
    this.#delayMs = delayMs;
  }

  carry(from: Socket, to: Socket): void {
    const queue: Queue = { from, to, waiting: [], hasEnded: false };
    const enqueue = () => {
      if (!this.#queues.includes(queue)) this.#queues.push(queue);
      this.#run();
    };
    from.on('data', (bytes: Buffer) => {
      queue.waiting.push(bytes);
      if (queue.waiting.length > MAX_WAITING) from.pause(); // a server must not think that all has arrived
      enqueue();
    });
    from.once('close', () => {
      queue.hasEnded = true;
      enqueue();
    });
    // What nobody reads any more must not use up the line.
    to.once('close', () => queue.waiting.splice(0));
  }

  /** Sends what is due, and waits for the line where it is taken. */
  #run(): void {
    if (this.#isBusy) return;
    const now = performance.now();
    this.#freeAtMs = Math.max(this.#freeAtMs, now);
    while (this.#freeAtMs <= now + TIMER_MS) {
      const queue = this.#queues.shift();
      if (!queue) return;
      const packet = takePacket(queue.waiting);
      if (queue.waiting.length > 0) this.#queues.push(queue);
      else queue.from.resume();
      this.#freeAtMs += packet.length / this.#bytesPerMs;
      const isLast = queue.hasEnded && queue.waiting.length === 0;
      setTimeout(() => {
        if (packet.length > 0) queue.to.write(packet);
        if (isLast) queue.to.end();
      }, this.#delayMs);
    }
    this.#isBusy = true;
    setTimeout(() => {
      this.#isBusy = false;
      this.#run();
    }, this.#freeAtMs - now);
  }
}

function takePacket(waiting: Buffer[]): Buffer {
  const first = waiting.shift() ?? Buffer.alloc(0);
  if (first.length <= PACKET_BYTES) return first;
  waiting.unshift(first.subarray(PACKET_BYTES));
  return first.subarray(0, PACKET_BYTES);
}
