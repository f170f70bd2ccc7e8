import * as v from 'valibot';

/**
 * How long the device may remember: `memory` keeps everything in the open page and writes nothing,
 * `persistent` keeps history and model in the browser's storage.
 */
export const ConsentLevelSchema = v.picklist(['memory', 'persistent']);
export type ConsentLevel = v.InferOutput<typeof ConsentLevelSchema>;

/** What a change of level asks of whoever holds storage. */
export type ConsentChange = 'granted' | 'withdrawn' | 'unchanged';

/**
 * Compares two levels.
 *
 * Only a call that takes `persistent` back counts as a withdrawal: a page that starts at `memory`
 * says nothing yet, since many consent managers speak after the tag has run.
 */
export function consentChange(from: ConsentLevel, to: ConsentLevel): ConsentChange {
  if (from === to) return 'unchanged';
  return to === 'persistent' ? 'granted' : 'withdrawn';
}
