import { createJsScorer } from '#model/js-scorer.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { createEdgeReader } from '#widget/edge-client.ts';
import { createEngine, type Engine } from '#widget/engine.ts';
import type { FromEngine } from '#widget/engine-messages.ts';
import type { FileStore } from '#widget/file-store.ts';
import { createLiveSource } from '#widget/live.ts';
import { createMemoryMeta, type MetaStore } from '#widget/meta.ts';
import { createModelCache, type ModelCache } from '#widget/model-cache.ts';
import { codeOf } from '#widget/widget-error.ts';
import { FakeEdge } from './fake-edge.ts';
import { createMemoryFiles } from './memory-files.ts';
import { SHOP } from './published-shop.ts';

/** A device whose pages share storage, an edge and a clock. */
export class TestDevice {
  readonly edge = new FakeEdge();
  readonly key: SigningKey;
  files: FileStore = createMemoryFiles();
  meta: MetaStore = createMemoryMeta();
  nowMs = 1_900_000_000_000;
  maxAwaitedItems = 500;
  /** How long its pages would have waited before they asked again. */
  readonly pausesMs: number[] = [];
  /** What the latest page's engine has said. */
  sent: FromEngine[] = [];

  private constructor(key: SigningKey) {
    this.key = key;
  }

  static async create(): Promise<TestDevice> {
    return new TestDevice((await generateSigningKey()).key);
  }

  openPage(): Engine {
    const sent: FromEngine[] = [];
    this.sent = sent;
    return createEngine({
      cache: this.openCache((error) => sent.push({ kind: 'failed', code: codeOf(error), isUsable: true })),
      live: createLiveSource({ edge: this.#reader, meta: () => this.meta, trust: this.#trust, now: this.#now }),
      createScorer: async (items) => createJsScorer(items),
      pause: () => undefined,
      pageLoaded: Promise.resolve(),
      maxAwaitedItems: this.maxAwaitedItems,
      setLevel: async () => {},
      now: this.#now,
      send: (message) => sent.push(message),
    });
  }

  /** The model cache of one page. */
  openCache(onNotStored: (error: unknown) => void): ModelCache {
    return createModelCache({
      edge: this.#reader,
      storage: () => ({ files: this.files, meta: this.meta }),
      trust: this.#trust,
      now: this.#now,
      onNotStored,
      pause: async (ms) => void this.pausesMs.push(ms),
    });
  }

  readonly #now = () => this.nowMs;
  readonly #reader = createEdgeReader({ edge: this.edge.origin, shop: SHOP }, this.edge.fetch);
  get #trust() {
    return { shop: SHOP, publishingKey: this.key.fingerprint };
  }

  get lastVersion(): string | undefined {
    return this.sent.findLast((message) => message.kind === 'ready')?.model.version;
  }

  get failures() {
    return this.sent.filter((message) => message.kind === 'failed').map(({ code, isUsable }) => ({ code, isUsable }));
  }

  /** Ids on a trending shelf of four. */
  async rank(engine: Engine): Promise<readonly string[]> {
    const request = { query: { kind: 'trending', count: 4 }, pageItemId: undefined, events: [] } as const;
    await engine.ask(1, { kind: 'rank', request });
    const reply = this.sent.findLast((message) => message.kind === 'answer');
    return reply?.answer.kind === 'ranked' ? reply.answer.cards.map(({ id }) => id) : [];
  }
}
