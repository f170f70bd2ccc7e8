import { ProtocolError } from '#protocol/errors.ts';
import type { Digest } from '#protocol/ids.ts';
import type { Live } from '#protocol/live.ts';
import { wholeFile } from '#protocol/manifest.ts';
import type { EngineClient } from './engine-client.ts';
import type { ModelInUse } from './engine-messages.ts';
import { cardsNow, type FirstShelf, readFirstShelf } from './first-shelf.ts';
import type { LiveSource } from './live.ts';
import type { ManifestSource, OpenedManifest } from './manifest-source.ts';
import type { ModelEdge } from './model-edge.ts';
import type { PublisherKeys } from './publisher-keys.ts';
import type { RecommendNews } from './recommend.ts';
import { codeOf, WidgetError } from './widget-error.ts';

/** A version that an engine holds whole. */
export interface VersionInUse {
  readonly opened: OpenedManifest;
  readonly model: ModelInUse;
}

/** Tells an engine which model version to rank with, and what the merchant says of today. */
export interface Supplier {
  /** The version that shelves are ranked with; `undefined` until all of the first one is there. */
  readonly inUse: VersionInUse | undefined;
  /** Model or live facts expire then, whichever does first; since 1970, 0 while either is missing. */
  readonly expiresAtMs: number;
  /** Starts from what is stored, then from what the edge has. Never rejects: failures are news. */
  start(): Promise<void>;
  /**
   * Looks for a newer version and newer live facts. One look at a time: asked during one, it looks
   * once more afterwards. Never rejects.
   */
  refresh(): Promise<void>;
  /** The engine ranks with this from now on. */
  hear(model: ModelInUse): void;
  /** Brings another engine to where the one in charge is. Rejects with its failure. */
  supply(other: EngineClient): Promise<ModelInUse | undefined>;
}

/**
 * The page's side of the deliver flow. It runs beside the Worker's start, so that manifest, live facts and the
 * first shelf do not wait for a script.
 *
 * @param stored The version to start from.
 * @param engine The engine in charge, once it has been started. Rejects if it could not be.
 * @param onInUse Told once, when there is a version in use.
 */
export function createSupplier({
  stored,
  manifests,
  live,
  keys,
  isCanary,
  edge,
  engine,
  onNews,
  onInUse,
  now,
}: {
  readonly stored: ReturnType<ManifestSource['stored']>;
  readonly manifests: Pick<ManifestSource, 'newest' | 'canary' | 'keep'>;
  readonly live: LiveSource;
  readonly keys: Pick<PublisherKeys, 'isTrusted'>;
  /** Whether this device is among the share that tries a version first. */
  readonly isCanary: (canary: Live['canary']) => Promise<boolean>;
  readonly edge: Pick<ModelEdge, 'firstShelf' | 'file'>;
  readonly engine: () => Promise<Pick<EngineClient, 'ask'>>;
  readonly onNews: (news: RecommendNews) => void;
  readonly onInUse: () => void;
  readonly now: () => number;
}): Supplier {
  let inUse: VersionInUse | undefined;
  let newest: OpenedManifest | undefined; // ranked with before all of it is there
  let model: ModelInUse | undefined;
  let liveNow: Live | undefined;
  let tried: { readonly digest: Digest; readonly opened: OpenedManifest } | undefined; // a canary's manifest never changes
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let tellingLive: Promise<void> | undefined;
  let isEngineLost = false; // whoever started it has said why

  /** By the merchant's word, or since what shelves are ranked with was signed by a key that is revoked since. */
  const isOff = () => liveNow?.shelvesOff || (newest && !keys.isTrusted(newest.signedBy));

  const announce = (): void => {
    if (isOff())
      onNews({ kind: 'shelves-off' }); // also where only the first shelf is there
    else if (model) onNews({ kind: 'ready', model });
  };

  const use = async (opened: OpenedManifest, isStored: boolean): Promise<void> => {
    newest = opened;
    const answer = await (await engine()).ask({ kind: 'use', opened, isStored });
    if (!answer.model) return;
    const isFirst = inUse === undefined;
    inUse = { opened, model: answer.model };
    if (isFirst) onInUse();
    if (answer.isKept) await manifests.keep(opened);
  };

  /** A first version may be ranked with before all of it is there. */
  const isUsable = (): boolean => (inUse ? inUse.opened.manifest.expiresAtMs > now() : model !== undefined);
  /** @param isStillUsable Whether shelves can do without what has failed. */
  const attempt = async (step: () => Promise<void>, isStillUsable = () => true): Promise<void> => {
    try {
      await step();
    } catch (error) {
      if (!isEngineLost) onNews({ kind: 'failed', code: codeOf(error), isUsable: isStillUsable() });
    }
  };

  /** What is drawn without an engine goes by it at once, an engine as soon as there is one: before it is given a version. */
  const takeLive = (facts: Live | undefined): void => {
    if (facts === liveNow || (facts && liveNow && facts.sequence <= liveNow.sequence)) return; // or asked for earlier
    liveNow = facts;
    if (isOff()) announce();
    tellingLive = attempt(async () => {
      await (await engine()).ask({ kind: 'set-live', live: facts });
      announce();
    });
  };

  const isFirstShelfWanted = () => !model && !isOff() && !isEngineLost;

  /** A first visit draws what is popular while the model is on its way. */
  const showFirstShelf = async (
    opened: OpenedManifest,
    early: Promise<FirstShelf | undefined> | undefined,
  ): Promise<void> => {
    if (!isFirstShelfWanted()) return;
    const file = wholeFile(opened.manifest, 'first-shelf');
    let shelf = await early;
    if (shelf?.digest !== file.digest) shelf = await readFirstShelf(await edge.file(file));
    const cards = liveNow ? cardsNow(shelf.cards, liveNow) : shelf.cards;
    if (isFirstShelfWanted() && cards.length > 0) onNews({ kind: 'first-shelf', cards });
  };

  /** The version that this device tries first, if there is one and it can be had. */
  const readCanary = async (): Promise<OpenedManifest | undefined> => {
    const canary = liveNow?.canary;
    if (!canary || !(await isCanary(canary))) return undefined;
    if (canary.manifest.digest === tried?.digest) return tried.opened;
    const opened = await manifests.canary(canary.manifest).catch(() => undefined);
    tried = opened && { digest: canary.manifest.digest, opened };
    return opened;
  };

  const readNewest = async (
    asked: ReturnType<ManifestSource['newest']>,
    firstShelf: Promise<FirstShelf | undefined> | undefined,
  ): Promise<void> => {
    const answer = await asked;
    if (answer.kind !== 'opened') {
      if (isUsable()) return;
      throw answer.kind === 'none'
        ? new WidgetError('edge-refused', 'expected a manifest, got status 404')
        : new WidgetError('edge-unreachable', 'expected a manifest, got no answer');
    }
    if (!keys.isTrusted(answer.opened.signedBy)) {
      throw new ProtocolError('unknown-key', 'expected a manifest of a trusted key, got one of a revoked key');
    }
    const opened = (await readCanary()) ?? answer.opened;
    if (opened.modelDigest === inUse?.opened.modelDigest) return;
    await showFirstShelf(opened, firstShelf);
    await use(opened, false);
  };

  const hearLive = (asked: Promise<Live | undefined>): Promise<void> => attempt(async () => takeLive(await asked));

  /** Both are asked for at once, and live is heard first: what the merchant has switched off must not flash up. */
  const askNewest = () => {
    const asked = { live: live.newest(), manifest: manifests.newest() };
    for (const answer of [asked.live, asked.manifest]) answer.catch(() => {}); // heard later
    return asked;
  };
  const look = async (
    asked = askNewest(),
    heard = hearLive(asked.live),
    firstShelf?: Promise<FirstShelf | undefined>,
  ): Promise<void> => {
    await heard;
    await attempt(() => readNewest(asked.manifest, firstShelf), isUsable);
    await tellingLive;
  };

  /** What is stored does not wait for the edge, nor what is switched off for what is stored. */
  const begin = async (): Promise<void> => {
    const asked = askNewest();
    const [facts, opened] = await Promise.all([live.stored(), stored]);
    if (!opened) return look(asked, hearLive(asked.live), readEarly());
    if (facts) takeLive(facts);
    const heard = hearLive(asked.live);
    if (!facts) await heard;
    // What is stored may not fit together: the edge's copy replaces it.
    await use(opened, true).catch(() => {});
    await look(asked, heard);
  };

  /** A first shelf, before it is known to be the right one. */
  const readEarly = async (): Promise<FirstShelf | undefined> => {
    const bytes = await edge.firstShelf();
    return bytes && readFirstShelf(bytes).catch(() => undefined);
  };

  /** Only ever one: two could put the older of two versions in the newer one's place. */
  const run = (steps: () => Promise<void>): Promise<void> => {
    running = steps().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    get inUse() {
      return inUse;
    },
    get expiresAtMs() {
      return newest && liveNow ? Math.min(newest.manifest.expiresAtMs, liveNow.expiresAtMs) : 0;
    },
    start() {
      engine().catch(() => {
        isEngineLost = true;
      });
      return run(begin);
    },
    refresh() {
      if (!running) return run(look);
      void hearLive(live.newest()); // a download under way must not hold up the kill switch
      // What is published now, a look that has begun may have missed.
      next ??= running.then(() => {
        next = undefined;
        return run(look);
      });
      return next;
    },
    hear(ready) {
      model = ready;
      announce();
    },
    async supply(other) {
      await other.ask({ kind: 'set-live', live: liveNow });
      return inUse && (await other.ask({ kind: 'use', opened: inUse.opened, isStored: true })).model;
    },
  };
}
