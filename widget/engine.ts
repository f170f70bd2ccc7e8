import type { Pause, Scorer } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Live } from '#protocol/live.ts';
import type { ManifestFile } from '#protocol/manifest.ts';
import { type Bundle, createBundle } from './bundle.ts';
import type { ConsentLevel } from './consent.ts';
import type { EngineAnswer, EngineQuestion, FromEngine } from './engine-messages.ts';
import { parseFirstShelf } from './first-shelf.ts';
import type { LiveSource } from './live.ts';
import type { ModelCache, OpenedManifest } from './model-cache.ts';
import { rankShelf } from './rank-shelf.ts';
import { createRanker, type Ranker } from './ranker.ts';
import { codeOf, WidgetError } from './widget-error.ts';

/** What an engine works with; a Worker hands it the browser's, a test its own. */
export interface EngineParts {
  readonly cache: ModelCache;
  readonly live: LiveSource;
  readonly createScorer: (items: ScoringTable) => Promise<Scorer>;
  /** Called between parts of long work. */
  readonly pause: Pause;
  /** The page has what it needs itself: a model may take the line. */
  readonly pageLoaded: Promise<void>;
  /** A first visit to a catalog of more items than this ranks what is there while the rest is on its way. */
  readonly maxAwaitedItems: number;
  readonly setLevel: (level: ConsentLevel) => Promise<void>;
  readonly now: () => number;
  readonly send: (message: FromEngine) => void;
}

/** Ranks with one model version at a time and moves to a newer one when that is complete. */
export interface Engine {
  /** Starts from what is stored, then from what the edge has. Never rejects: failures are sent. */
  start(): Promise<void>;
  /**
   * Looks for a newer version and newer live facts. One look at a time: asked during one, it looks
   * once more afterwards. Never rejects.
   */
  refresh(): Promise<void>;
  /** Answers one question. Never rejects. */
  ask(id: number, question: EngineQuestion): Promise<void>;
}

/** Puts an engine together; nothing happens before {@link Engine.start}. */
export function createEngine(parts: EngineParts): Engine {
  const { cache, live, createScorer, pause, pageLoaded, maxAwaitedItems, setLevel, now, send } = parts;
  let current: Ranker | undefined;
  let liveNow: Live | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const ranking = new Set<Promise<unknown>>();

  /** Ranks with a bundle from now on, be it another version or more of the one in use. */
  const rankWith = async (bundle: Bundle): Promise<void> => {
    const before = current;
    const isMore = before?.bundle.model.items === bundle.model.items;
    const scorer = isMore ? before.scorer : await createScorer(bundle.model.items);
    current = createRanker(bundle, scorer, liveNow);
    announce();
    if (isMore) return;
    await Promise.allSettled(ranking); // shelves that are being filled from the version before
    before?.scorer.dispose();
  };

  /** Loads a version and moves to it; throws and changes nothing if a file cannot be had or does not fit. */
  const load = async (opened: OpenedManifest, take?: (file: ManifestFile, bytes: ArrayBuffer) => Promise<void>) => {
    const builder = await createBundle(opened, pause);
    const isAwaited = current !== undefined || opened.manifest.config.numItems <= maxAwaitedItems;
    let numRanked = 0; // rows of the catalog
    let numThere = 0;
    let extending: Promise<void> | undefined;
    const extend = async (bundle: Bundle): Promise<void> => {
      numRanked = numThere;
      await rankWith(bundle);
    };
    await cache.load(opened, async (file, bytes) => {
      await take?.(file, bytes);
      await builder.take(file, bytes);
      if (isAwaited || !('rows' in file)) return;
      const { bundle } = builder;
      if (current && current.bundle.model.items === bundle?.model.items) {
        current.scorer.refresh({ firstRow: file.firstRow, numRows: file.rows });
      }
      if (file.kind === 'catalog') numThere += file.rows;
      // Each time there is twice as much: shelves change some times and not with every shard.
      if (!bundle?.hasRow(0) || numThere < 2 * numRanked || extending) return;
      extending = extend(bundle).finally(() => {
        extending = undefined;
      });
      await extending;
    }, pageLoaded);
    await extending;
    if (!builder.bundle?.isComplete) throw new RangeError('expected every file of the manifest, got fewer');
    await rankWith(builder.bundle);
    await cache.keep(opened);
  };

  const announce = (): void => {
    if (!current) return;
    if (liveNow?.shelvesOff) {
      send({ kind: 'shelves-off' });
      return;
    }
    const { bundle, scorer } = current;
    send({
      kind: 'ready',
      model: {
        version: bundle.opened.manifest.version,
        numItems: bundle.model.config.numItems,
        scorer: scorer.kind,
        modelDigest: bundle.opened.modelDigest,
        itemFeatureDigest: bundle.itemFeatureDigest,
      },
    });
  };

  /** New live facts take effect on the version in use. */
  const readLive = async (): Promise<void> => {
    const before = liveNow?.sequence;
    liveNow = await live.newest();
    if (!current || liveNow?.sequence === before) return;
    current = createRanker(current.bundle, current.scorer, liveNow);
    announce();
  };

  const readNewest = async (asked: ReturnType<ModelCache['newest']>): Promise<void> => {
    const answer = await asked;
    if (answer.kind !== 'opened') {
      if (current && current.bundle.opened.manifest.expiresAtMs > now()) return;
      throw answer.kind === 'none'
        ? new WidgetError('edge-refused', 'expected a manifest, got status 404')
        : new WidgetError('edge-unreachable', 'expected a manifest, got no answer');
    }
    const { opened } = answer;
    if (current?.bundle.isComplete && opened.modelDigest === current.bundle.opened.modelDigest) return;
    await load(opened, async (file, bytes) => {
      if (file.kind !== 'first-shelf' || current || liveNow?.shelvesOff) return;
      send({ kind: 'first-shelf', cards: await parseFirstShelf(file, bytes) });
    });
  };

  const look = async (steps: readonly (() => Promise<void>)[]): Promise<void> => {
    for (const step of steps) {
      try {
        await step();
      } catch (error) {
        const expiresAtMs = current?.bundle.opened.manifest.expiresAtMs ?? 0;
        // Shelves can do without live facts; they cannot do without a model.
        const isUsable = step === readLive || expiresAtMs > now();
        send({ kind: 'failed', code: codeOf(error), isUsable });
      }
    }
  };

  /** Both are asked for at once, and live is heard first: what the merchant has switched off must not flash up. */
  const lookAtEdge = () => {
    const asked = cache.newest();
    asked.catch(() => {}); // heard after live
    return look([readLive, () => readNewest(asked)]);
  };

  const useStored = async (): Promise<void> => {
    liveNow = await live.stored();
    const stored = await cache.stored();
    if (stored && !liveNow) await look([readLive]);
    try {
      if (stored) await load(stored);
    } catch {
      // What is stored does not fit together: the edge's copy replaces it.
    }
  };

  /** Only ever one: two could put the older of two versions in the newer one's place. */
  const run = (steps: () => Promise<void>): Promise<void> => {
    running = steps().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    start: () => run(() => useStored().then(lookAtEdge)),

    refresh() {
      if (!running) return run(lookAtEdge);
      // What is published now, a look that has begun may have missed.
      next ??= running.then(() => {
        next = undefined;
        return run(lookAtEdge);
      });
      return next;
    },

    async ask(id, question) {
      try {
        const answer = answerTo(question, { ranker: current, nowMs: now(), setLevel });
        ranking.add(answer);
        send({ kind: 'answer', id, answer: await answer.finally(() => ranking.delete(answer)) });
      } catch (error) {
        send({ kind: 'unanswered', id, code: codeOf(error) });
      }
    },
  };
}
async function answerTo(
  question: EngineQuestion,
  {
    ranker,
    nowMs,
    setLevel,
  }: {
    readonly ranker: Ranker | undefined;
    readonly nowMs: number;
    readonly setLevel: (level: ConsentLevel) => Promise<void>;
  },
): Promise<EngineAnswer> {
  switch (question.kind) {
    case 'rank':
      if (!ranker) throw new WidgetError('engine-stopped', 'expected a model to rank with, got none');
      return { kind: 'ranked', cards: await rankShelf(ranker, question.request, nowMs) };
    case 'resolve':
      return {
        kind: 'resolved',
        itemId: question.candidates.find(
          (id): id is ItemId => ranker?.bundle.catalog.rowOf(id as ItemId) !== undefined,
        ),
      };
    case 'describe':
      return { kind: 'described', titles: titlesOf(question.itemIds, ranker) };
    case 'set-level':
      await setLevel(question.level);
      return { kind: 'level-set' };
    default:
      return question satisfies never;
  }
}

function titlesOf(itemIds: readonly ItemId[], ranker: Ranker | undefined): Map<ItemId, string> {
  const titles = new Map<ItemId, string>();
  const catalog = ranker?.bundle.catalog;
  for (const itemId of itemIds) {
    const row = catalog?.rowOf(itemId);
    if (catalog && row !== undefined) titles.set(itemId, catalog.titleOf(row));
  }
  return titles;
}
