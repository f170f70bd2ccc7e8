import { html } from 'hono/html';
import type { Html } from './markup.ts';
import type { Category } from './shop-catalog.ts';

/** Returns the way from the home page down the category tree. */
export function breadcrumbs(trail: readonly Category[]): Html {
  return html`<nav class="breadcrumbs" aria-label="Breadcrumbs"><ol>
<li><a href="/">Home</a></li>
${trail.map(({ slug, path }) => html`<li><a href="/category/${slug}">${path.at(-1)}</a></li>`)}
</ol></nav>`;
}
