import { MAX_NEIGHBORS, type Neighbors } from '#protocol/item-files.ts';
import { chooseEntries, type NeighborEntry, packLists, strongest } from './neighbor-entries.ts';
import { repeatRates } from './repeat-rates.ts';
import type { TextNeighbors } from './text-neighbors.ts';
import type { VisitLog } from './visit-log.ts';

/** How events of one visit make neighbors: chosen on validation for each shop. */
export interface NeighborSettings {
  /** A pair counts this to the power of the events between the two, 0…1. */
  readonly distanceDecay: number;
  /** What the item before counts, where the item after counts 1. */
  readonly backward: number;
  /** A neighbor's weight is divided by how often it occurs, to this power. */
  readonly popularityPower: number;
  /** A visit at the log's start counts e^−this, one at its end 1. */
  readonly recency: number;
  /** Added to a list's sum before it is scaled to 1: how much evidence a list needs to count fully. */
  readonly shrink: number;
  /** What a neighbor by the meaning of texts alone counts at cosine 1. */
  readonly textShare: number;
  /** What a neighbor by shared words alone counts at cosine 1. */
  readonly wordShare: number;
}

/** What lists are made from. */
export interface NeighborSources {
  readonly log: VisitLog;
  /** By the meaning of texts, and by words and attributes; absent where there are none to compare. */
  readonly texts?: TextNeighbors | undefined;
  readonly words?: TextNeighbors | undefined;
}

/** Pairs that count less than this are not looked at. */
const SMALLEST_SHARE = 0.02;
/** Nor are pairs further apart than this: an order of a thousand lines would make a million pairs. */
const MAX_DISTANCE = 60;
/** Tempers how much an item's own rate counts: it is measured on few visits. */
const REPEAT_POWER = 0.75;

/**
 * Item → the items that went with it in visits, nearest and latest first.
 *
 *     together(i, j) = Σ over pairs of one visit: distanceDecay^(distance − 1) · (j after i ? 1 : backward)
 *                      · e^(recency · (age − 1))
 *     weight(i, j) ∝ together(i, j) / count(j)^popularityPower, lists scaled to sum/(sum + shrink)
 *                    + textShare · cosine of their texts^4 + wordShare · cosine of their words
 *
 * The texts give an item that too few have had a place beside those that are like it.
 *
 * An item is its own neighbor by how often a customer who has had it has it again in a later visit: see
 * {@link repeatRates}.
 *
 * Guarantee: a pair counts only if at least `minCustomers` different customers made it; what ships of any
 * other pair is what their texts, which all can read, say.
 *
 * @returns Lists of at most `MAX_NEIGHBORS`, strongest first.
 */
export function findNeighbors(
  sources: NeighborSources,
  { minCustomers, settings }: { readonly minCustomers: number; readonly settings: NeighborSettings },
): Neighbors {
  return neighborFinder(sources, minCustomers)(settings);
}

/**
 * {@link findNeighbors} for many settings: what does not depend on them is worked out once.
 *
 * @returns Takes rows whose lists are wanted, the others' stay empty; all if absent.
 */
export function neighborFinder(
  { log, texts, words }: NeighborSources,
  minCustomers: number,
): (settings: NeighborSettings, only?: ReadonlySet<number>) => Neighbors {
  const rates = repeatRates(log, minCustomers);
  const counts = countsOf(log);
  const index = indexOf(log);
  return (settings, only) => {
    const pairs = pairCounter(log, index, settings);
    const damping = counts.map((count) => 1 / Math.max(1, count) ** settings.popularityPower);
    const lists = Array.from({ length: log.numItems }, (_, row): NeighborEntry[] => {
      if (only && !only.has(row)) return [];
      const entries = pairs
        .of(row)
        .filter(({ numCustomers }) => numCustomers >= minCustomers)
        .map(({ row: other, together }) => ({ row: other, weight: together * (damping[other] as number) }));
      const kept = strongest(entries, MAX_NEIGHBORS);
      const sum = kept.reduce((total, { weight }) => total + weight, settings.shrink);
      const weights = new Map(kept.map(({ row: other, weight }) => [other, weight / sum]));
      if (texts) addNearest(weights, row, { nearest: texts, share: settings.textShare, power: TEXT_POWER });
      if (words) addNearest(weights, row, { nearest: words, share: settings.wordShare, power: 1 });
      const rate = rates[row] as number;
      return chooseEntries(rate > 0 ? [{ row, weight: rate ** REPEAT_POWER }] : [], asEntries(weights));
    });
    return packLists(lists);
  };
}

/** How steeply likeness by text falls: items of one kind are all a little alike. */
const TEXT_POWER = 4;

function addNearest(
  weights: Map<number, number>,
  row: number,
  { nearest, share, power }: { readonly nearest: TextNeighbors; readonly share: number; readonly power: number },
): void {
  for (let at = row * nearest.count; at < (row + 1) * nearest.count; at++) {
    const neighbor = nearest.rows[at] as number;
    weights.set(neighbor, (weights.get(neighbor) ?? 0) + share * (nearest.cosines[at] as number) ** power);
  }
}

function asEntries(weights: ReadonlyMap<number, number>): NeighborEntry[] {
  return Array.from(weights, ([row, weight]) => ({ row, weight }));
}

/** Which visit and customer each event belongs to, and where each item occurs. */
interface LogIndex {
  /** `[events]` and `[visits]`. */
  readonly visitOf: Uint32Array;
  readonly customerOf: Uint32Array;
  readonly places: { readonly starts: Uint32Array; readonly rows: Uint32Array };
}

function indexOf({ rows, visitStarts, customerStarts, ages, numItems }: VisitLog): LogIndex {
  return {
    visitOf: ownerOf(visitStarts, rows.length),
    customerOf: ownerOf(customerStarts, ages.length),
    places: placesOf(rows, numItems),
  };
}

interface Pair {
  readonly row: number;
  readonly together: number;
  readonly numCustomers: number;
}

/** Counts what goes with one item after another. */
function pairCounter(
  { numItems, rows, visitStarts, ages }: VisitLog,
  { visitOf, customerOf, places }: LogIndex,
  settings: NeighborSettings,
): { of: (row: number) => Pair[] } {
  const { byDistance, reach } = shares(settings);
  const together = new Float64Array(numItems);
  const numCustomers = new Uint32Array(numItems);
  const lastCustomer = new Int32Array(numItems);
  return {
    of(row) {
      const touched: number[] = [];
      for (const place of places.rows.subarray(places.starts[row], places.starts[row + 1])) {
        const visit = visitOf[place] as number;
        const customer = (customerOf[visit] as number) + 1; // 0 means none yet
        const worth = Math.exp(settings.recency * ((ages[visit] as number) - 1));
        const first = Math.max(visitStarts[visit] as number, place - reach);
        const end = Math.min(visitStarts[visit + 1] as number, place + reach + 1);
        for (let other = first; other < end; other++) {
          const neighbor = rows[other] as number;
          if (neighbor === row) continue;
          const share = byDistance[other > place ? other - place : place - other] as number;
          if (numCustomers[neighbor] === 0) touched.push(neighbor);
          if (lastCustomer[neighbor] !== customer) {
            lastCustomer[neighbor] = customer;
            numCustomers[neighbor] = (numCustomers[neighbor] as number) + 1;
          }
          together[neighbor] = (together[neighbor] as number) + worth * share * (other > place ? 1 : settings.backward);
        }
      }
      const pairs = touched.map((neighbor) => ({
        row: neighbor,
        together: together[neighbor] as number,
        numCustomers: numCustomers[neighbor] as number,
      }));
      for (const neighbor of touched) {
        together[neighbor] = 0;
        numCustomers[neighbor] = 0;
        lastCustomer[neighbor] = 0;
      }
      return pairs;
    },
  };
}

/** What a pair counts by its distance, and the distance beyond which it counts nothing. */
function shares({ distanceDecay }: NeighborSettings): { readonly byDistance: Float64Array; readonly reach: number } {
  const byDistance = Float64Array.from({ length: MAX_DISTANCE + 1 }, (_, distance) =>
    distance === 0 ? 0 : distanceDecay ** (distance - 1),
  );
  const end = byDistance.findIndex((share, distance) => distance > 0 && share < SMALLEST_SHARE);
  return { byDistance, reach: end === -1 ? MAX_DISTANCE : end - 1 };
}

/** Which owner each element belongs to, from the owners' starts. */
function ownerOf(starts: Uint32Array, numElements: number): Uint32Array {
  const owners = new Uint32Array(numElements);
  for (let owner = 0; owner + 1 < starts.length; owner++) owners.fill(owner, starts[owner], starts[owner + 1]);
  return owners;
}

/** Where each item occurs, in compressed sparse rows. */
function placesOf(rows: Uint32Array, numItems: number): { readonly starts: Uint32Array; readonly rows: Uint32Array } {
  const starts = new Uint32Array(numItems + 1);
  for (const row of rows) starts[row + 1] = (starts[row + 1] as number) + 1;
  for (let row = 0; row < numItems; row++) starts[row + 1] = (starts[row + 1] as number) + (starts[row] as number);
  const next = starts.slice();
  const places = new Uint32Array(rows.length);
  rows.forEach((row, place) => {
    const at = next[row] as number;
    places[at] = place;
    next[row] = at + 1;
  });
  return { starts, rows: places };
}

function countsOf({ numItems, rows }: VisitLog): Float64Array {
  const counts = new Float64Array(numItems);
  for (const row of rows) counts[row] = (counts[row] as number) + 1;
  return counts;
}
