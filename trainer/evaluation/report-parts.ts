import { html, raw } from 'hono/html';
import type { Html } from './draw-plot.ts';

/** A section with its heading. */
export function section(title: string, ...content: readonly (Html | undefined)[]): Html {
  return html`<section><h2>${title}</h2>${content}</section>`;
}

/** A cell: text, or a figure with its interval or the like in small letters below. */
export type Cell = string | Html | { readonly figure: string; readonly detail: string };

export interface Table {
  /** What it shows, and in which unit. */
  readonly caption: string;
  /** The first is the heading of the rows' names. */
  readonly head: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly label: string;
  readonly cells: readonly Cell[];
  /** The row that the report is about. */
  readonly isMain?: boolean;
}

/** A table that scrolls sideways in itself where it is wider than the page. */
export function table({ caption, head, rows }: Table): Html {
  return html`<figure class="table"><figcaption>${caption}</figcaption>
<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table aria-label="${caption}">
<thead><tr>${head.map((text) => (text === '' ? html`<td></td>` : html`<th scope="col">${text}</th>`))}</tr></thead>
<tbody>${rows.map(
    ({ label, cells, isMain }) => html`
<tr${isMain ? raw(' class="main"') : ''}><th scope="row">${label}</th>${cells.map(tableCell)}</tr>`,
  )}
</tbody>
</table></div></figure>`;
}

function tableCell(cell: Cell): Html {
  const isDetailed = typeof cell === 'object' && 'figure' in cell;
  return isDetailed ? html`<td>${cell.figure}<small>${cell.detail}</small></td>` : html`<td>${cell}</td>`;
}

/** A plot under its title. */
export function plotFigure({ title, svg }: Panel): Html {
  return html`<figure><figcaption>${title}</figcaption>${svg}</figure>`;
}

export interface Panel {
  readonly title: string;
  readonly svg: Html;
}

/** Plots beside each other, and their figures as a table to open. */
export function plotPanels(panels: readonly Panel[], figures?: Html): Html {
  return html`<div class="panels">${panels.map(plotFigure)}</div>${
    figures && html`<details><summary>The figures as a table</summary>${figures}</details>`
  }`;
}
