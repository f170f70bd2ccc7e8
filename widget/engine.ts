import type { ItemTable } from '#model/item-table.ts';
import type { Scorer } from '#model/scorer.ts';
import type { Digest, ItemId } from '#protocol/ids.ts';
import type { Live } from '#protocol/live.ts';
import { parseBundle } from './bundle.ts';
import type { ConsentLevel } from './consent.ts';
import type { EngineAnswer, EngineQuestion, FromEngine } from './engine-messages.ts';
import { parseFirstShelf } from './first-shelf.ts';
import type { LiveSource } from './live.ts';
import type { ModelCache, OpenedManifest, TakeFile } from './model-cache.ts';
import { type Ranker, rankShelf } from './rank-shelf.ts';
import { resolveRules } from './rules.ts';
import { codeOf, WidgetError } from './widget-error.ts';

/** What an engine works with; a Worker hands it the browser's, a test its own. */
export interface EngineParts {
  readonly cache: ModelCache;
  readonly live: LiveSource;
  readonly createScorer: (items: ItemTable) => Promise<Scorer>;
  readonly setLevel: (level: ConsentLevel) => Promise<void>;
  readonly now: () => number;
  readonly send: (message: FromEngine) => void;
}

/** Ranks with one whole model version at a time and moves to a newer one when it is complete. */
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
export function createEngine({ cache, live, createScorer, setLevel, now, send }: EngineParts): Engine {
  let current: Ranker | undefined;
  let liveNow: Live | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const ranking = new Set<Promise<unknown>>();

  /** Loads a version and switches to it; throws and changes nothing if a file is missing or does not fit. */
  const use = async (opened: OpenedManifest, onFile: TakeFile = () => {}): Promise<void> => {
    const files = new Map<Digest, ArrayBuffer>();
    await cache.load(opened, (file, bytes) => {
      files.set(file.digest, bytes);
      return onFile(file, bytes);
    });
    const bundle = await parseBundle(opened, files);
    const scorer = await createScorer(bundle.model.items);
    const before = current;
    current = { bundle, scorer, live: liveNow, rules: resolveRules(liveNow?.rules ?? [], bundle) };
    announce();
    await cache.keep(opened);
    await Promise.allSettled(ranking); // shelves that are being filled from the version before
    before?.scorer.dispose();
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
    current = { ...current, live: liveNow, rules: resolveRules(liveNow?.rules ?? [], current.bundle) };
    announce();
  };

  const readNewest = async (): Promise<void> => {
    const answer = await cache.newest();
    if (answer.kind !== 'opened') {
      if (current && current.bundle.opened.manifest.expiresAtMs > now()) return;
      throw answer.kind === 'none'
        ? new WidgetError('edge-refused', 'expected a manifest, got status 404')
        : new WidgetError('edge-unreachable', 'expected a manifest, got no answer');
    }
    if (answer.opened.modelDigest === current?.bundle.opened.modelDigest) return;
    await use(answer.opened, async ({ kind }, bytes) => {
      if (kind !== 'first-shelf' || current || liveNow?.shelvesOff) return;
      send({ kind: 'first-shelf', cards: await parseFirstShelf(bytes) });
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

  /** Live first: what the merchant has switched off must not flash up. */
  const lookAtEdge = () => look([readLive, readNewest]);

  const useStored = async (): Promise<void> => {
    liveNow = await live.stored();
    const stored = await cache.stored();
    if (stored && !liveNow) await look([readLive]);
    try {
      if (stored) await use(stored);
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
        itemId: question.candidates.find((id): id is ItemId => ranker?.bundle.rowOf(id as ItemId) !== undefined),
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
  for (const itemId of itemIds) {
    const row = ranker?.bundle.rowOf(itemId);
    const item = row === undefined ? undefined : ranker?.bundle.catalog[row];
    if (item) titles.set(itemId, item.title);
  }
  return titles;
}
