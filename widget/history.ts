import * as v from 'valibot';
import { type ShopEvent, ShopEventSchema } from '#protocol/event.ts';

/** One event and the number it can be removed by. */
export interface HistoryEntry {
  readonly key: number;
  readonly event: ShopEvent;
}

/**
 * What this shopper did in this shop. Stays on the device.
 *
 * Guarantees, of every implementation:
 * - At most {@link MAX_EVENTS} events, none older than {@link MAX_AGE_MS}: older ones are deleted
 *   when the next is appended, and not returned in between.
 * - After `wipe` resolves nothing of it is left.
 */
export interface History {
  append(event: ShopEvent): Promise<void>;
  /** The last `count` events, oldest first. */
  last(count: number): Promise<readonly HistoryEntry[]>;
  remove(key: number): Promise<void>;
  wipe(): Promise<void>;
}

/** Ranking reads the last 200; the rest is for learning and for the shopper's own eyes. */
export const MAX_EVENTS = 500;
/** Half a year: taste older than that misleads. */
export const MAX_AGE_MS = 180 * 24 * 60 * 60 * 1000;

const RECORD_FORMAT = 1;

const RecordSchema = v.object({ format: v.literal(RECORD_FORMAT), event: ShopEventSchema });

/** An event as it is stored. */
export type HistoryRecord = v.InferOutput<typeof RecordSchema>;

/** The record to store for an event. */
export function toRecord(event: ShopEvent): HistoryRecord {
  return { format: RECORD_FORMAT, event };
}

/** A stored record's event, or `undefined` if another release wrote it in a form that this one can't read. */
export function eventOf(record: unknown): ShopEvent | undefined {
  const result = v.safeParse(RecordSchema, record);
  return result.success ? result.output.event : undefined;
}
