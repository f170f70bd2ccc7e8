import type { Pause, Scorer } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import type { ItemId } from '#protocol/ids.ts';
import type { Live } from '#protocol/live.ts';
import type { ManifestFile } from '#protocol/manifest.ts';
import { type Bundle, createBundle } from './bundle.ts';
import type { ConsentLevel } from './consent.ts';
import type { EngineAnswer, EngineQuestion, FromEngine, ModelInUse } from './engine-messages.ts';
import type { OpenedManifest } from './manifest-source.ts';
import type { ModelCache } from './model-cache.ts';
import { rankShelf } from './rank-shelf.ts';
import { createRanker, type Ranker } from './ranker.ts';
import { codeOf, WidgetError } from './widget-error.ts';

/** What an engine works with; a Worker hands it the browser's, a test its own. */
export interface EngineParts {
  readonly cache: ModelCache;
  readonly createScorer: (items: ScoringTable) => Promise<Scorer>;
  /** Called between parts of long work. */
  readonly pause: Pause;
  /** The page has what it needs itself: a model may take the line. */
  readonly pageLoaded: Promise<void>;
  /** A first visit to a catalog of more items than this ranks what is there while the rest is on its way. */
  readonly maxAwaitedItems: number;
  readonly setLevel: (level: ConsentLevel) => void;
  readonly now: () => number;
  readonly send: (message: FromEngine) => void;
}

/** Ranks with one model version at a time and moves to another when that is complete. */
export interface Engine {
  /** Answers one question. Never rejects. */
  ask(id: number, question: EngineQuestion): Promise<void>;
}

/** Rows `firstRow … firstRow + numRows − 1` of a scoring table. */
type Rows = Exclude<Parameters<Scorer['refresh']>[0], 'lifts'>;

/** Puts an engine together; it ranks once it has been told which version to use. */
export function createEngine(parts: EngineParts): Engine {
  const { cache, createScorer, pause, pageLoaded, maxAwaitedItems, setLevel, now, send } = parts;
  let current: Ranker | undefined;
  let live: Live | undefined;
  const ranking = new Set<Promise<unknown>>();

  const modelInUse = ({ bundle, scorer }: Ranker): ModelInUse => ({
    version: bundle.opened.manifest.version,
    numItems: bundle.model.config.numItems,
    scorer: scorer.kind,
  });

  /**
   * Ranks with a bundle from now on, be it another version or more of the one in use.
   *
   * @param untold Rows that came while no scorer was there to be told of them. Emptied.
   */
  const rankWith = async (bundle: Bundle, untold: Rows[]): Promise<void> => {
    const before = current;
    const isMore = before?.bundle.model.items === bundle.model.items;
    const scorer = isMore ? before.scorer : await createScorer(bundle.model.items);
    for (const rows of untold.splice(0)) scorer.refresh(rows); // it may have read them half written
    current = createRanker(bundle, scorer, live);
    send({ kind: 'ready', model: modelInUse(current) });
    if (isMore) return;
    await Promise.allSettled(ranking); // shelves that are being filled from the version before
    before?.scorer.dispose();
  };

  /** Rows are ranked as they come, each time there are twice as many: shelves change some times, not with every shard. */
  const streaming = (rankMore: (bundle: Bundle) => Promise<void>) => {
    let numThere = 0;
    let numRanked = 0;
    let extending: Promise<void> | undefined;
    return async (numRows: number, bundle: Bundle): Promise<void> => {
      numThere += numRows;
      if (!bundle.hasRow(0) || numThere < 2 * numRanked || extending) return extending;
      numRanked = numThere;
      extending = rankMore(bundle).finally(() => {
        extending = undefined;
      });
      return extending;
    };
  };

  /** Loads a version and moves to it; throws and changes nothing if a file cannot be had or does not fit. */
  const load = async (opened: OpenedManifest): Promise<void> => {
    const builder = await createBundle(opened, pause);
    const isAwaited = current !== undefined || opened.manifest.config.numItems <= maxAwaitedItems;
    const untold: Rows[] = [];
    const stream = streaming((bundle) => rankWith(bundle, untold));
    await cache.load(
      opened,
      async (file, bytes) => {
        await builder.take(file, bytes);
        if (isAwaited) return;
        untold.push(...rowsOf(file, opened));
        const { bundle } = builder;
        if (!bundle) return;
        if (current?.bundle.model.items === bundle.model.items) {
          for (const rows of untold.splice(0)) current.scorer.refresh(rows);
        }
        await stream(file.kind === 'catalog' ? file.rows : 0, bundle);
      },
      pageLoaded,
    );
    if (!builder.bundle?.isComplete) throw new RangeError('expected every file of the manifest, got fewer');
    await rankWith(builder.bundle, untold);
  };

  const answerTo = async (question: EngineQuestion): Promise<EngineAnswer> => {
    switch (question.kind) {
      case 'use': {
        const { opened, isStored } = question;
        if (isStored && !(await cache.isStored(opened))) return { kind: 'used', model: undefined, isKept: false };
        await load(opened);
        return { kind: 'used', model: current && modelInUse(current), isKept: await cache.keep(opened) };
      }
      case 'set-live':
        live = question.live;
        if (current) current = createRanker(current.bundle, current.scorer, live);
        return { kind: 'live-set' };
      case 'rank':
        if (!current) throw new WidgetError('engine-stopped', 'expected a model to rank with, got none');
        return { kind: 'ranked', cards: await rankShelf(current, question.request, now()) };
      case 'resolve':
        return {
          kind: 'resolved',
          itemId: question.candidates.find(
            (id): id is ItemId => current?.bundle.catalog.rowOf(id as ItemId) !== undefined,
          ),
        };
      case 'describe':
        return { kind: 'described', titles: titlesOf(question.itemIds, current) };
      case 'set-level':
        setLevel(question.level);
        return { kind: 'level-set' };
      default:
        return question satisfies never;
    }
  };

  return {
    async ask(id, question) {
      try {
        const answer = answerTo(question);
        if (question.kind === 'rank') {
          ranking.add(answer);
          answer.finally(() => ranking.delete(answer)).catch(() => {});
        }
        send({ kind: 'answer', id, answer: await answer });
      } catch (error) {
        send({ kind: 'unanswered', id, code: codeOf(error) });
      }
    },
  };
}

/** Where a file has changed what scorers read. Codebooks decode the shards that came before them. */
function rowsOf(file: ManifestFile, { manifest }: OpenedManifest): readonly Rows[] {
  if (file.kind === 'codebooks') return [{ firstRow: 0, numRows: manifest.config.numItems }];
  return file.kind === 'items' || file.kind === 'popularity' ? [{ firstRow: file.firstRow, numRows: file.rows }] : [];
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
