import * as v from 'valibot';
import { isCanary } from './canary.ts';
import { ConsentLevelSchema } from './consent.ts';
import { createConsentSwitch } from './consent-switch.ts';
import { openDeviceMemory } from './device-memory.ts';
import { openDeviceStore } from './device-store.ts';
import type { EarlyStart } from './early-start.ts';
import { createEdgePoster, createEdgeReader } from './edge-client.ts';
import { createEngineClient, type EngineClient, type EngineNews } from './engine-client.ts';
import type { ModelInUse } from './engine-messages.ts';
import { deleteCachedFiles } from './file-store.ts';
import { describeGpu, gpuChance, tryGpuEngine } from './gpu-engine.ts';
import { openHistoryChannel } from './history-channel.ts';
import { storeLastShelf, toLastShelf } from './last-shelf.ts';
import { createLearning } from './learning.ts';
import { createLiveSource } from './live.ts';
import { createManifestSource } from './manifest-source.ts';
import { createModelEdge } from './model-edge.ts';
import { openEngine } from './open-engine.ts';
import { readTracked, watchPage } from './page-events.ts';
import { pageLoaded } from './page-loaded.ts';
import { PrivacyElement } from './privacy-element.ts';
import { watchPrivacyPanels } from './privacy-panels.ts';
import { createPublisherKeys } from './publisher-keys.ts';
import { startRecommending } from './recommend.ts';
import { ShelfElement } from './shelf-element.ts';
import { shelfStyles } from './shelf-styles.ts';
import { type Chunk, startWorker } from './start-worker.ts';
import { createSupplier } from './supplier.ts';
import type { Tag } from './tag.ts';
import { whenIdle } from './when-idle.ts';
import { WidgetError } from './widget-error.ts';
import { yieldToInput } from './yield-to-input.ts';

/** `window.vitrine`, for the merchant's own scripts. Nothing here throws. */
export interface VitrineApi {
  /** Says what the shopper did: `{ kind: 'view', itemId }`, `{ kind: 'search', query }`, … */
  track(event: unknown): void;
  /**
   * Says what the shopper allows: `'memory'` or `'persistent'`.
   *
   * @returns When it has taken effect: after `'memory'`, when the device's storage is empty.
   */
  setConsent(level: unknown): Promise<void>;
}

/** The scripts that the main chunk starts when they are needed. */
export interface Chunks {
  readonly worker: Chunk;
  readonly gpuWorker: Chunk;
  readonly learner: Chunk;
  readonly privacy: Chunk;
}

/** New models and live facts are looked for this often while a page stays open. */
const REFRESH_MS = 5 * 60 * 1000;

/**
 * Puts the widget together from the browser's own parts and starts it.
 *
 * @param early What the loader has begun for this tag.
 * @throws {WidgetError} `tag-twice` if another widget has the page already: it goes on, this one does not start.
 */
export async function assemble(tag: Tag, chunks: Chunks, early: EarlyStart): Promise<VitrineApi> {
  const { shop, edge: origin, publishingKeys, quotaBytes } = tag;
  const fetchFrom = fetch.bind(globalThis);
  const now = Date.now;
  if (customElements.get('vitrine-shelf')) throw new WidgetError('tag-twice', 'expected one widget on the page');
  const reader = createEdgeReader(tag, early.fetch);
  const memory = await openDeviceMemory({
    level: tag.consent,
    openStore: () => openDeviceStore(early.openDatabase),
    storeShelf: (shelf) => storeLastShelf(shop, shelf),
    now,
  });
  await yieldToInput(); // what has been begun early is there: without pauses all would be one task, too long for a phone
  const { promise: firstNews, resolve: noteNews } = Promise.withResolvers<void>();
  const channel = openHistoryChannel(shop, { isShared: () => memory.isStored, reload: memory.reload });
  const edge = createEdgePoster(tag, fetchFrom);
  const modelEdge = createModelEdge(reader);
  const meta = () => memory.meta;
  const keys = createPublisherKeys(publishingKeys, meta);
  const manifests = createManifestSource({
    edge: modelEdge,
    meta,
    shop,
    keys,
    now,
    onNotStored: (error) => recommendations.warn(error),
  });
  const stored = manifests.stored();
  const learning = createLearning({
    tag,
    keys,
    memory,
    edge,
    device: navigator,
    startLearner: () => startWorker(origin, chunks.learner, fetchFrom),
  });

  let workerOnTrial: Worker | undefined;
  let model: ModelInUse | undefined;
  const start = () => ({ kind: 'start', settings: { edge: origin, shop }, level: memory.level, quotaBytes }) as const;
  const hear = (news: EngineNews) => {
    switch (news.kind) {
      case 'ready':
        return supplier.hear(news.model);
      case 'warning':
        return recommendations.hear({ kind: 'failed', code: news.code, isUsable: true });
      case 'stopped':
        return recommendations.fail(new WidgetError('engine-stopped', 'expected an engine that runs'));
      default:
        return news satisfies never;
    }
  };
  const startEngine = async (): Promise<EngineClient> => {
    // A first visit's Worker has nothing to do until its first shelf is there, and its script would share the line with
    // the page's pictures.
    if (!(await stored)) await Promise.race([firstNews, pageLoaded(window)]);
    const client = createEngineClient(await openEngine(origin, chunks.worker, fetchFrom), hear);
    client.send(start());
    void pageLoaded(window).then(() => client.send({ kind: 'page-loaded' }));
    return client;
  };
  let engine = startEngine();
  const recommendations = startRecommending({
    page: document,
    memory,
    channel,
    engine: () => engine,
    keepShelf(cards) {
      const { lang } = document.documentElement;
      const { expiresAtMs } = supplier;
      memory.keepShelf(
        toLastShelf(cards, lang, { publishingKeys: publishingKeys.join(' '), expiresAtMs, css: shelfStyles.cssText }),
      );
    },
    onReady(ready) {
      model = ready;
      void privacy.update();
    },
    now,
  });
  engine.catch(recommendations.fail);
  const supplier = createSupplier({
    stored,
    manifests,
    live: createLiveSource({ edge: reader, meta, shop, keys, now }),
    keys,
    isCanary: (canary) => isCanary(meta(), canary, Math.random),
    edge: modelEdge,
    engine: () => engine,
    onNews(news) {
      recommendations.hear(news);
      noteNews();
    },
    onInUse() {
      whenIdle(learn);
      whenIdle(considerGpu);
    },
    now,
  });

  const learn = async () => {
    const { inUse } = supplier;
    if (!inUse) return;
    const { kind } = await learning.attempt(inUse.opened);
    document.dispatchEvent(new CustomEvent('vitrine-participation', { detail: { kind } }));
    await privacy.update();
  };
  const considerGpu = async () => {
    const { inUse, supply } = supplier;
    if (!inUse || !memory.isStored) return;
    const chance = await gpuChance(inUse.model, memory.meta, () => describeGpu(navigator));
    if (chance.kind === 'none') return;
    const worker = await startWorker(origin, chunks.gpuWorker, fetchFrom);
    if (!memory.isStored) return worker.terminate();
    workerOnTrial = worker;
    const faster = await tryGpuEngine({ worker, start: start(), chance, meta: memory.meta, supply, onNews: hear });
    workerOnTrial = undefined;
    if (!faster) return;
    (await engine).stop();
    engine = Promise.resolve(faster);
    supplier.hear(faster.model);
  };

  const privacy = watchPrivacyPanels({
    page: document,
    edge: origin,
    chunk: chunks.privacy,
    parts: {
      memory,
      channel,
      learning,
      async titlesOf(itemIds) {
        if (!model) return new Map();
        const answer = await engine.then(({ ask }) => ask({ kind: 'describe', itemIds })).catch(() => undefined);
        return answer?.titles ?? new Map(); // the panel must work where the engine does not
      },
      onOptedIn: () => whenIdle(learn),
    },
    onFailure: recommendations.warn,
  });
  channel.onChange(() => void privacy.update());
  const warnIfDenied = () => {
    if (memory.level === 'memory' || memory.isStored) return;
    recommendations.warn(new WidgetError('storage-denied', 'expected a database on this device'));
  };
  const consent = createConsentSwitch({
    memory,
    channel,
    async letGo(level) {
      workerOnTrial?.terminate(); // it was started at the level before
      await engine.then(({ ask }) => ask({ kind: 'set-level', level })).catch(() => {}); // one that has stopped holds nothing
    },
    async deleteFiles() {
      if (globalThis.caches) await deleteCachedFiles(caches, shop);
    },
    onFailure: recommendations.warn,
  });
  warnIfDenied();
  void supplier.start();
  await yieldToInput();

  customElements.define('vitrine-shelf', ShelfElement);
  customElements.define('vitrine-privacy', PrivacyElement);
  await yieldToInput(); // the elements have drawn themselves
  watchPage(window, (event) => void recommendations.note(event));
  watchVisibility({
    onHidden: () => void recommendations.leave(),
    onVisible: () => void supplier.refresh(),
    onRestored: () => channel.announce(), // what other tabs said meanwhile is lost
  });

  return {
    track(event) {
      const read = readTracked(event);
      if (read) void recommendations.note(read);
    },
    async setConsent(level) {
      const wanted = v.safeParse(ConsentLevelSchema, level);
      if (!wanted.success) return;
      await consent.setLevel(wanted.output);
      warnIfDenied();
    },
  };
}

function watchVisibility({
  onHidden,
  onVisible,
  onRestored,
}: {
  readonly onHidden: () => void;
  readonly onVisible: () => void;
  readonly onRestored: () => void;
}): void {
  document.addEventListener('visibilitychange', () => (document.hidden ? onHidden() : onVisible()));
  addEventListener('pagehide', onHidden);
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) onRestored();
  });
  addEventListener('online', onVisible);
  setInterval(() => {
    if (!document.hidden) onVisible();
  }, REFRESH_MS);
}
