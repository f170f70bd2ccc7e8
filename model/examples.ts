import { NUM_GAP_BUCKETS } from '#protocol/encoder-file.ts';
import type { ShopEvent } from '#protocol/event.ts';
import type { ItemId } from '#protocol/ids.ts';
import { buildProfile, eventsBefore, type Profile } from './profile.ts';

/** At most this many of the latest examples of each direction are learned from: bounds time and memory. */
const MAX_EXAMPLES = 20;

/** What the encoder reads. */
type Sequence = Pick<Profile, 'rows' | 'kinds' | 'gaps'>;

/** One thing to learn from: an item that was chosen, and what the encoder reads to ask for it. */
export interface Example {
  readonly given: Sequence;
  /** The item's row. */
  readonly row: number;
}

/**
 * What a history teaches: each of its items is asked for twice, given what came before it, and given what came
 * after it, latest first. The second half costs no privacy, and an item that starts a session would else teach
 * nothing.
 *
 * @param events Oldest first.
 * @param rowOf An item's row in the model, `undefined` if it has none.
 * @param maxEvents How many events the encoder reads.
 * @returns Nothing where the history has no two items of the model.
 */
export function examplesOf(
  events: readonly ShopEvent[],
  { rowOf, maxEvents }: { readonly rowOf: (id: ItemId) => number | undefined; readonly maxEvents: number },
): Example[] {
  const whole = buildProfile(events, { rowOf, maxEvents: Number.MAX_SAFE_INTEGER });
  const latest = eventsBefore(whole, whole.rows.length, MAX_EXAMPLES + 1);
  return [...examplesIn(whole, maxEvents), ...examplesIn(backwards(latest), maxEvents)];
}

function examplesIn(sequence: Sequence, maxEvents: number): Example[] {
  const numEvents = sequence.rows.length;
  const examples: Example[] = [];
  for (let next = Math.max(1, numEvents - MAX_EXAMPLES); next < numEvents; next++) {
    examples.push({ given: eventsBefore(sequence, next, maxEvents), row: sequence.rows[next] as number });
  }
  return examples;
}

/** As if the latest event had been the first. */
function backwards({ rows, kinds, gaps }: Sequence): Sequence {
  return {
    rows: rows.slice().reverse(),
    kinds: kinds.slice().reverse(),
    gaps: gaps.map((_, t) => (t === 0 ? NUM_GAP_BUCKETS - 1 : (gaps[gaps.length - t] as number))),
  };
}
