import { createJsScorer } from '#model/js-scorer.ts';
import type { Scorer } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import type { KeyFingerprint } from '#protocol/ids.ts';
import { generateSigningKey, type SigningKey } from '#protocol/keys.ts';
import { isCanary } from '#widget/canary.ts';
import { createEdgeReader } from '#widget/edge-client.ts';
import { createEngine } from '#widget/engine.ts';
import { createEngineClient, type EngineClient, type EngineWorker } from '#widget/engine-client.ts';
import type { FromEngine } from '#widget/engine-messages.ts';
import type { FileStore } from '#widget/file-store.ts';
import { createLiveSource } from '#widget/live.ts';
import { createManifestSource, type ManifestSource } from '#widget/manifest-source.ts';
import { createMemoryMeta, type MetaStore } from '#widget/meta.ts';
import { createModelCache, type ModelCache } from '#widget/model-cache.ts';
import { createModelEdge } from '#widget/model-edge.ts';
import { createPublisherKeys, type PublisherKeys } from '#widget/publisher-keys.ts';
import type { RecommendNews } from '#widget/recommend.ts';
import { createSupplier, type Supplier } from '#widget/supplier.ts';
import { codeOf } from '#widget/widget-error.ts';
import { FakeEdge } from './fake-edge.ts';
import { createMemoryFiles } from './memory-files.ts';
import { SHOP } from './published-shop.ts';

/** A page: what keeps its engine supplied, and the way to ask it. */
export interface TestPage extends Pick<Supplier, 'start' | 'refresh'> {
  readonly client: EngineClient;
}

/** A device whose pages share storage, an edge and a clock. Pages and their engines are joined without a Worker. */
export class TestDevice {
  readonly edge = new FakeEdge();
  readonly key: SigningKey;
  /** As in the tag. */
  trustedKeys: readonly KeyFingerprint[];
  /** What a device draws that asks whether it tries a version first. */
  drawnNumber = 0.37;
  files: FileStore = createMemoryFiles();
  meta: MetaStore = createMemoryMeta();
  nowMs = 1_900_000_000_000;
  maxAwaitedItems = 500;
  /** When its pages have loaded what they need themselves. */
  pageLoaded: Promise<void> = Promise.resolve();
  createScorer = async (items: ScoringTable): Promise<Scorer> => createJsScorer(items);
  /** How long its pages would have waited before they asked again. */
  readonly pausesMs: number[] = [];
  /** What shelves of the latest page have been told. */
  sent: RecommendNews[] = [];

  private constructor(key: SigningKey) {
    this.key = key;
    this.trustedKeys = [key.fingerprint];
  }

  static async create(): Promise<TestDevice> {
    return new TestDevice((await generateSigningKey()).key);
  }

  openPage(): TestPage {
    const sent: RecommendNews[] = [];
    this.sent = sent;
    const warn = (error: unknown) => void sent.push({ kind: 'failed', code: codeOf(error), isUsable: true });
    const worker: EngineWorker = {
      postMessage: (message) => void (message.kind === 'question' && engine.ask(message.id, message.question)),
      terminate: () => {},
      onmessage: null,
      onerror: null,
    };
    const engine = createEngine({
      cache: this.openCache(warn),
      createScorer: this.createScorer,
      pause: () => undefined,
      pageLoaded: this.pageLoaded,
      maxAwaitedItems: this.maxAwaitedItems,
      setLevel: () => {},
      now: this.#now,
      send: (message) => worker.onmessage?.({ data: message } as MessageEvent<FromEngine>),
    });
    const client = createEngineClient(worker, (news) => {
      if (news.kind === 'ready') supplier.hear(news.model);
      else if (news.kind === 'warning') sent.push({ kind: 'failed', code: news.code, isUsable: true });
    });
    const keys = createPublisherKeys(this.trustedKeys, () => this.meta);
    const manifests = this.openManifests(warn, keys);
    const supplier = createSupplier({
      stored: manifests.stored(),
      manifests,
      live: createLiveSource({ edge: this.#reader, meta: () => this.meta, shop: SHOP, keys, now: this.#now }),
      keys,
      isCanary: (canary) => isCanary(this.meta, canary, () => this.drawnNumber),
      edge: this.#modelEdge,
      engine: async () => client,
      onNews: (news) => void sent.push(news),
      onInUse: () => {},
      now: this.#now,
    });
    return { start: supplier.start, refresh: supplier.refresh, client };
  }

  /** The model cache of one page's engine. */
  openCache(onNotStored: (error: unknown) => void): ModelCache {
    return createModelCache({ edge: this.#modelEdge, files: () => this.files, onNotStored });
  }

  /** Where one page reads manifests. */
  openManifests(
    onNotStored: (error: unknown) => void,
    keys: Pick<PublisherKeys, 'trusted'> = createPublisherKeys(this.trustedKeys, () => this.meta),
  ): ManifestSource {
    return createManifestSource({
      edge: this.#modelEdge,
      meta: () => this.meta,
      shop: SHOP,
      keys,
      now: this.#now,
      onNotStored,
    });
  }

  readonly #now = () => this.nowMs;
  readonly #reader = createEdgeReader({ edge: this.edge.origin, shop: SHOP }, this.edge.fetch);
  readonly #modelEdge = createModelEdge(this.#reader, async (ms) => void this.pausesMs.push(ms));

  get lastVersion(): string | undefined {
    return this.sent.findLast((message) => message.kind === 'ready')?.model.version;
  }

  get failures() {
    return this.sent.filter((message) => message.kind === 'failed').map(({ code, isUsable }) => ({ code, isUsable }));
  }

  /** How often shelves of the latest page have been told to rank. */
  get numReady(): number {
    return this.sent.filter(({ kind }) => kind === 'ready').length;
  }

  /** Ids on a trending shelf of four. */
  async rank({ client }: TestPage): Promise<readonly string[]> {
    const request = { query: { kind: 'trending', count: 4 }, pageItemId: undefined, events: [] } as const;
    return (await client.ask({ kind: 'rank', request })).cards.map(({ id }) => id);
  }
}
