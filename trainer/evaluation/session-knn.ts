import type { Recommender } from '#trainer/measure-ranking.ts';
import type { BaselineLog } from './baseline-log.ts';
import { latestRows } from './case-rows.ts';
import { makeScoreBuffer } from './score-buffer.ts';
import type { SessionTable } from './session-table.ts';

export interface SessionKnnSizes {
  /** Baskets that make one session, of past ones and of the case. */
  readonly basketsPerSession: number;
  /** m: candidates are the most recent sessions that share an item with the case, so many. */
  readonly numCandidates: number;
  /** k: of the candidates, so many of the most similar are read. */
  readonly numNeighbors: number;
  /** Of so many of the case's latest baskets no item is scored again. */
  readonly freshBaskets: number;
}

/** What distinguishes the variants of session neighbors. An `age` counts the case's events back from 0, the last. */
export interface SessionWeighting {
  /** Weight of a shared item in the similarity, positive. */
  readonly ofEvent: (age: number, numEvents: number) => number;
  /** `[sessions]`, factor of a session's similarity. */
  readonly ofSession: Float64Array;
  /** Factor of all items of a neighbor that shares nothing younger with the case. */
  readonly ofSharedAge: (age: number) => number;
  /** Factor of an item so many places from the last shared one in the neighbor. */
  readonly ofDistance: (distance: number) => number;
  /** `[N]`, factor of an item. */
  readonly ofItem: Float64Array;
}

/** Places further apart than this count as this far: every weighting has long vanished or is constant. */
const MAX_DISTANCE = 1000;

/**
 * Scores items by the past sessions most like the case: candidates through an index from items to their
 * sessions, the most recent ones of them, the most similar ones of those; each adds its similarity to its
 * items. Of equally similar sessions the later ones are read.
 *
 * For comparison only: it holds other shoppers' sessions as they were, so it must never ship.
 *
 * @returns A recommender that returns the same array each time.
 */
export function sessionKnn(
  log: BaselineLog,
  { basketsPerSession, numCandidates, numNeighbors, freshBaskets }: SessionKnnSizes,
  weighting: (table: SessionTable, numItems: number) => SessionWeighting,
): Recommender {
  const table = log.sessions(basketsPerSession);
  const { offsets, rows, sessionOf, comesAgain, places, placeOffsets } = table;
  const { ofEvent, ofSession, ofSharedAge, ofDistance, ofItem } = weighting(table, log.numItems);
  const distanceWeights = Float64Array.from({ length: MAX_DISTANCE + 1 }, (_, distance) => ofDistance(distance));
  const similarities = new Float64Array(ofSession.length); // 0 outside a call
  const sharedAges = new Uint32Array(ofSession.length);
  const sharedPlaces = new Uint32Array(ofSession.length);
  const { sums, toScores } = makeScoreBuffer(log.popularity);

  /** Sessions that share an item with the case, at most `numCandidates`; fills the three arrays above. */
  function findCandidates(caseRows: readonly number[]): Uint32Array {
    const found: number[] = [];
    const asked = new Set<number>();
    caseRows.forEach((row, age) => {
      if (asked.has(row)) return; // an item counts by its latest event
      asked.add(row);
      const weight = ofEvent(age, caseRows.length);
      if (weight === 0) return;
      let numRead = 0;
      for (let i = (placeOffsets[row + 1] as number) - 1; i >= (placeOffsets[row] as number); i--) {
        const place = places[i] as number;
        if (comesAgain[place] === 1) continue;
        if (++numRead > numCandidates) break;
        const session = sessionOf[place] as number;
        if (similarities[session] === 0) {
          found.push(session);
          sharedAges[session] = age;
          sharedPlaces[session] = 0;
        }
        sharedPlaces[session] = Math.max(sharedPlaces[session] as number, place);
        similarities[session] = (similarities[session] as number) + weight;
      }
    });
    const rising = Uint32Array.from(found).sort();
    const numTooOld = Math.max(0, rising.length - numCandidates);
    for (const session of rising.subarray(0, numTooOld)) similarities[session] = 0;
    return rising.subarray(numTooOld);
  }

  /** Similarity from which on a candidate is a neighbor, and how many of those exactly at it are. */
  function findThreshold(candidates: Uint32Array): { least: number; numAtLeast: number } {
    const ordered = new Float64Array(candidates.length);
    for (let i = 0; i < ordered.length; i++) ordered[i] = similarities[candidates[i] as number] as number;
    ordered.sort();
    const first = Math.max(0, ordered.length - numNeighbors);
    const least = ordered[first] as number;
    const numAbove = ordered.length - 1 - ordered.lastIndexOf(least);
    return { least, numAtLeast: ordered.length - first - numAbove };
  }

  function addItems(session: number): void {
    const similarity = (similarities[session] as number) * ofSharedAge(sharedAges[session] as number);
    const shared = sharedPlaces[session] as number;
    for (let event = offsets[session] as number; event < (offsets[session + 1] as number); event++) {
      if (comesAgain[event] === 1) continue;
      const row = rows[event] as number;
      const near = distanceWeights[Math.min(MAX_DISTANCE, Math.abs(event - shared))] as number;
      sums[row] = (sums[row] as number) + similarity * near * (ofItem[row] as number);
    }
  }

  return ({ events }) => {
    const candidates = findCandidates(latestRows(events, log.rowOf, basketsPerSession));
    for (const session of candidates) {
      similarities[session] = (similarities[session] as number) * (ofSession[session] as number);
    }
    let { least, numAtLeast } = findThreshold(candidates);
    for (const session of candidates.toReversed()) {
      const similarity = similarities[session] as number;
      if (similarity > least || (similarity === least && numAtLeast-- > 0)) addItems(session);
      similarities[session] = 0;
    }
    for (const row of freshBaskets > 0 ? latestRows(events, log.rowOf, freshBaskets) : []) sums[row] = 0;
    return toScores();
  };
}
