import { coordinateSearch } from '#trainer/coordinate-search.ts';
import type { Dataset } from '#trainer/dataset.ts';
import { meanMetrics, measureRanking, type Recommender } from '#trainer/measure-ranking.ts';
import { type Random, seededRandom } from '#trainer/seeded-random.ts';
import type { Selection } from '#trainer/selection.ts';
import { sampleCases } from '#trainer/test-cases.ts';
import { type BaselineFamily, baselineFamilies } from './baseline-families.ts';
import { type BaselineLog, makeBaselineLog } from './baseline-log.ts';
import type { BaselineName } from './evaluation.ts';
import { popular } from './popular.ts';
import { withoutSeen } from './without-seen.ts';

export interface TunedBaseline {
  /** Returns the same array each time: read it before the next case. Seen items keep their scores. */
  readonly recommend: Recommender;
  /** The chosen values, to be read by people. */
  readonly parameters: string;
}

export interface TuningTask {
  /** The winners are built on this. */
  readonly known: Dataset;
  /** The candidates are built and asked on this alone. */
  readonly selection: Selection;
  /** Whether items in a case's own events are left out of its ranking. */
  readonly excludesSeen: boolean;
  readonly random: Random;
  /** Each candidate is asked at most so many cases, the same ones, a seeded choice. */
  readonly maxCases?: number;
}

/** Bounds the time: some 130 candidates, each about 0.7 ms a case on 187,000 sessions of 43,000 items. */
const DEFAULT_MAX_CASES = 1000;
/** A second round sees what the first one's later choices changed; a third changed nothing measurable. */
const MAX_ROUNDS = 2;

/**
 * The five baselines that stand beside the model, each with the parameters of the highest NDCG@20 on
 * the selection, built anew on all that is known. Without cases to select on, with stated defaults.
 *
 * `sessionKnn` is for comparison only: it holds other shoppers' sessions, so it must never ship.
 */
export async function tunedBaselines({
  known,
  selection,
  excludesSeen,
  random,
  maxCases = DEFAULT_MAX_CASES,
}: TuningTask): Promise<Record<BaselineName, TunedBaseline>> {
  const cases = sampleCases(selection.cases, maxCases, random);
  const tieSeed = Math.floor(random() * 2 ** 32); // the same for all candidates, so that ties favor none
  const tuningLog = makeBaselineLog({ items: known.items, baskets: selection.before });
  const tune = async <Parameters extends object>(family: BaselineFamily<Parameters>): Promise<Choice> => {
    const measure = async (candidate: Parameters): Promise<number> => {
      const recommend = family.build(tuningLog, candidate);
      const asked = excludesSeen ? withoutSeen(recommend, tuningLog.rowOf) : recommend;
      return meanMetrics(await measureRanking(asked, cases, seededRandom(tieSeed))).ndcgAt20;
    };
    const { start, grid } = family;
    const { best, figure } =
      cases.length === 0
        ? { best: start, figure: 0 }
        : await coordinateSearch(start, grid, { measure, maxRounds: MAX_ROUNDS });
    const parameters = `${family.describe(best)}${cases.length === 0 ? ' (defaults, nothing to choose on)' : ''}`;
    return { figure, parameters, build: (log) => family.build(log, best) };
  };

  const families = baselineFamilies({
    hasWholeBaskets: known.baskets.some(({ rows }) => rows.length > 1),
    excludesSeen,
  });
  const choices = {
    recentPopular: await tune(families.recentPopular),
    transitions: await tune(families.transitions),
    itemKnn: await tune(families.itemKnn),
    sessionKnn: better(await tune(families.vsknn), await tune(families.stan)),
  };
  const log = makeBaselineLog(known);
  const finish = ({ build, parameters }: Choice): TunedBaseline => ({ recommend: build(log), parameters });
  return {
    popular: { recommend: popular(log), parameters: 'none' },
    recentPopular: finish(choices.recentPopular),
    transitions: finish(choices.transitions),
    itemKnn: finish(choices.itemKnn),
    sessionKnn: finish(choices.sessionKnn),
  };
}

interface Choice {
  /** NDCG@20 on the selection. */
  readonly figure: number;
  readonly parameters: string;
  readonly build: (log: BaselineLog) => Recommender;
}

function better(first: Choice, second: Choice): Choice {
  return second.figure > first.figure ? second : first;
}
