import { html, raw } from 'hono/html';
import { parse, View } from 'vega';
import { type Config, compile, type TopLevelSpec } from 'vega-lite';

/** A piece of a page, its text already escaped. */
export type Html = ReturnType<typeof html>;

/** Narrow enough that 12 px letters stay readable where a phone shows the plot at 350 px. */
export const PLOT_WIDTH = 400;

/** Colors are the page's own properties, so that one drawing serves light and dark. */
const THEME: Config = {
  aria: false, // the drawing as a whole has its description
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis: {
    labelColor: 'var(--muted)',
    labelFontSize: 12,
    labelAngle: 0,
    titleColor: 'var(--muted)',
    titleFontSize: 12,
    titleFontWeight: 'normal',
    titlePadding: 8,
    gridColor: 'var(--line)',
    domainColor: 'var(--edge)',
    tickColor: 'var(--edge)',
  },
  text: { color: 'var(--ink)', fontSize: 12 },
};

export interface Plot {
  /** What to draw, without size and theme. Text from outside may stand in its data, never in an expression. */
  readonly content: TopLevelSpec;
  readonly height: number;
  /** For a reader who does not see it. */
  readonly description: string;
}

/** Draws a plot as inline SVG that scales with its place and needs no script. */
export async function drawPlot({ content, height, description }: Plot): Promise<Html> {
  const spec = {
    padding: 4,
    ...content,
    width: PLOT_WIDTH,
    height,
    autosize: { type: 'fit', contains: 'padding' },
    config: THEME,
  } as TopLevelSpec;
  const svg = await new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
  // Vega's own opening tag has a size in pixels and no text.
  const body = svg.slice(svg.indexOf('>') + 1);
  return html`<svg class="plot" viewBox="0 0 ${PLOT_WIDTH} ${height}" role="img" aria-label="${description}">${raw(body)}`;
}
