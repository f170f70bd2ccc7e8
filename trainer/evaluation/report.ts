import { html } from 'hono/html';
import { formatCount } from '#trainer/text-table.ts';
import type { Html } from './draw-plot.ts';
import type { Evaluation } from './evaluation.ts';
import { formatFixed, formatMegabytes, PROTOCOL_LABELS, UNIT_LABELS } from './labels.ts';
import { breakdownPlots } from './report-breakdown.ts';
import type { Breakdown, ReportData } from './report-data.ts';
import { diversityTable, exposurePlots, fairnessTables } from './report-exposure.ts';
import { headline, keyFigures } from './report-headline.ts';
import { latencyHistogram } from './report-latency.ts';
import { page } from './report-page.ts';
import { section, table } from './report-parts.ts';
import { ablationTable, blendTable, coldItemTable, firstTimeTable } from './report-quality.ts';

/**
 * One evaluation as a page in a single file: readable without network and without script, in light and
 * dark, on a phone and on paper.
 *
 * Guarantees:
 * - Every text in `data` is escaped.
 * - An absent or empty part leaves no section.
 */
export async function renderReport(data: ReportData): Promise<string> {
  const { evaluation } = data;
  const body = html`<header>
<p class="kind">Evaluation of ${data.madeOn}</p>
<h1>${evaluation.dataset}</h1>
<p class="lead">${lead(evaluation)}</p>
${keyFigures(evaluation)}
</header>
<main>
${section('Beside other recommenders', await headline(evaluation))}
${await qualitySections(data)}
${await catalogSections(data)}
${blendSections(evaluation)}
${await latencySection(data)}
${setupSection(data)}
</main>`;
  return page(`${evaluation.dataset}: evaluation`, body);
}

function lead({ protocol, numTest, numUnits, numItems, excludesSeen }: Evaluation): string {
  const leftOut = excludesSeen ? ', without those in the case’s own events' : '';
  return `Protocol ${PROTOCOL_LABELS[protocol]}. ${formatCount(numTest)} cases of ${formatCount(numUnits)} ${UNIT_LABELS[protocol]}, each ranked among all ${formatCount(numItems)} items${leftOut}. The shipped model is the bundle that a device fetches, answering through the code that devices run.`;
}

async function qualitySections({ evaluation, byHistoryLength, byPopularityDecile }: ReportData) {
  const { protocol, firstTime, coldItems } = evaluation;
  const sections: Html[] = [];
  if (byHistoryLength && hasFigures(byHistoryLength)) {
    const axis = protocol === 'sessions' ? 'events of the session so far' : 'events before';
    const text = { axis, counted: 'cases', protocol };
    sections.push(section('Quality by length of history', await breakdownPlots(byHistoryLength, text)));
  }
  if (byPopularityDecile && hasFigures(byPopularityDecile)) {
    const text = { axis: 'decile of sales, 10 sells most', counted: 'targets', protocol };
    const meaning = html`<p>By the item asked for: decile 1 is the tenth of the catalog that sold least before the test, decile 10 the tenth that sold most.</p>`;
    sections.push(
      section('Quality by popularity of the item', meaning, await breakdownPlots(byPopularityDecile, text)),
    );
  }
  if (firstTime) sections.push(section('First-time customers', firstTimeTable(firstTime, protocol)));
  if (coldItems) {
    const dates = coldItems.cutDates.map((date, index) => html`${index > 0 && ', '}<time>${date}</time>`);
    const meaning = html`<p>Items that nobody had ordered before the cut, ranked among all that were ordered by the end of the month after it. The model is told which items are new, as by a catalog’s dates; text alone is not. Cut at ${dates}.</p>`;
    sections.push(section('New items', meaning, coldItemTable(coldItems, protocol)));
  }
  return sections;
}

function hasFigures({ shipped }: Breakdown): boolean {
  return shipped.some(({ quality }) => quality !== null);
}

async function catalogSections({ evaluation: { exposure, diversity }, fairness = [] }: ReportData) {
  const sections: Html[] = [];
  if (exposure) sections.push(section('How much of the catalog is shown', await exposurePlots(exposure)));
  const tables = fairness.filter(({ segments }) => segments.length > 0);
  if (tables.length > 0) {
    const meaning = html`<p>The share of places in the shipped model’s lists that go to a part of the catalog (<b class="exposure">exposure</b>), beside that part’s share of <b class="sales">sales</b> before the test. A ratio above 1 is more than it sells.</p>`;
    sections.push(section('Exposure beside sales', meaning, fairnessTables(tables)));
  }
  if (diversity && diversity.trials.length > 0)
    sections.push(section('Variety within a list', diversityTable(diversity)));
  return sections;
}

function blendSections({ ablation = [], blend = [], protocol }: Evaluation) {
  if (ablation.length + blend.length === 0) return undefined;
  return section(
    'What each term adds',
    ablation.length > 0 ? ablationTable(ablation, protocol) : undefined,
    blend.length > 0 ? blendTable(blend) : undefined,
  );
}

async function latencySection({ latency }: ReportData) {
  if (!latency || latency.answersMs.length === 0) return undefined;
  const where = html`<p>One answer of the shipped model at a time, in Node on the trainer’s machine (${latency.machine}), not on a shopper’s device: encoding the history and scoring the whole catalog.</p>`;
  return section('How long an answer takes', where, await latencyHistogram(latency));
}

function setupSection({ evaluation, configuration, command }: ReportData): Html {
  const { seed, minCustomers, backend, trainSeconds, stepsPerSecond, shipped, textSource, diversity } = evaluation;
  const facts: [string, string][] = [
    ['trained on', backend],
    ['training', `${formatFixed(trainSeconds, 0)} s, ${formatFixed(stepsPerSecond, 1)} steps/s`],
    ['bundle', formatMegabytes(shipped.bytes)],
    ['seed', String(seed)],
    ['customers that a pair needs', String(minCustomers)],
    ...(textSource === undefined ? [] : [['text features', textSource] as [string, string]]),
    ...(diversity === undefined ? [] : [['diversity', String(diversity.diversity)] as [string, string]]),
    ...configuration.map(([name, value]): [string, string] => [name, String(value)]),
  ];
  return section(
    'Configuration',
    html`<pre tabindex="0"><code>${command}</code></pre>`,
    html`<div class="words">${table({ caption: 'As it ran', head: ['Setting', 'Value'], rows: facts.map(([label, value]) => ({ label, cells: [value] })) })}</div>`,
  );
}
