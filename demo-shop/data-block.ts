import { html, raw } from 'hono/html';
import type { Html } from './markup.ts';

/**
 * Returns a script element that holds data and runs nothing.
 *
 * Guarantee: no text inside `value` can end the element or open a comment, because every `<`
 * is written as a JSON escape.
 *
 * @param type `application/json` or `application/ld+json`; the content policy allows both.
 */
export function dataBlock(type: 'application/json' | 'application/ld+json', value: unknown, id?: string): Html {
  const json = raw(JSON.stringify(value).replaceAll('<', '\\u003c'));
  return id === undefined
    ? html`<script type="${type}">${json}</script>`
    : html`<script type="${type}" id="${id}">${json}</script>`;
}
