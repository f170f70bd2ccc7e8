import { fileURLToPath } from 'node:url';
import type { JSHandle } from 'playwright-core';
import type { Scorer, ScorerKind, TopQuery } from '#model/scorer.ts';
import type { ScoringTable } from '#model/scoring-table.ts';
import { type GpuBrowserPage, openGpuBrowser, SOFTWARE_GPU, withinLimit } from './gpu-browser.ts';
import type {
  GpuFeatures,
  HowToScore,
  PageQuery,
  ScorerPage,
  TABLE_ARRAYS,
  TableBytes,
  TopAnswer,
} from './scorer-page.ts';

/** A page of a real browser that scores on WebGPU. */
export class GpuPage {
  /** What its adapter has. */
  readonly features: GpuFeatures;
  /** All that the page has printed on its console. */
  readonly printed: string[];
  readonly #browser: GpuBrowserPage;
  readonly #scorerPage: JSHandle<ScorerPage>;

  private constructor(
    browser: GpuBrowserPage,
    scorerPage: JSHandle<ScorerPage>,
    { features, printed }: { features: GpuFeatures; printed: string[] },
  ) {
    this.#browser = browser;
    this.#scorerPage = scorerPage;
    this.features = features;
    this.printed = printed;
  }

  /** @returns `undefined` if the browser offers no adapter. */
  static async open(): Promise<GpuPage | undefined> {
    const browser = await openGpuBrowser(fileURLToPath(new URL('scorer-page.ts', import.meta.url)), [SOFTWARE_GPU]);
    const printed: string[] = [];
    browser.page.on('console', (message) => printed.push(message.text()));
    const scorerPage = await browser.page.evaluateHandle<ScorerPage>('scorerPage');
    const features = await withinLimit(scorerPage.evaluate((page) => page.features())).catch(() => undefined);
    if (features) return new GpuPage(browser, scorerPage, { features, printed });
    await browser.close();
    return undefined;
  }

  /** A scorer over a copy of the table, with all that the adapter has unless told otherwise. */
  async createScorer(table: ScoringTable, how: Partial<HowToScore> = {}): Promise<PageScorer> {
    const asked = { table: toBytes(table), how: { without: [], isRecovering: false, ...how } };
    const id = await withinLimit(this.#scorerPage.evaluate((page, given) => page.create(given), asked));
    return new PageScorer(this.#scorerPage, { id, table });
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/** A scorer in the page. */
export class PageScorer implements Scorer {
  kind: ScorerKind = 'webgpu';
  readonly #page: JSHandle<ScorerPage>;
  readonly #id: number;
  readonly #table: ScoringTable;
  #refreshed: Promise<void> = Promise.resolve();

  constructor(page: JSHandle<ScorerPage>, { id, table }: { id: number; table: ScoringTable }) {
    this.#page = page;
    this.#id = id;
    this.#table = table;
  }

  async top(asked: TopQuery): Promise<{ rows: Uint32Array; scores: Float32Array }> {
    const answer = await this.ask(asked);
    if (answer.kind === 'rejected') throw new Error(answer.message);
    return { rows: Uint32Array.from(answer.rows), scores: Float32Array.from(answer.scores) };
  }

  /** @param trouble What befalls the device while the question is under way. */
  async ask(asked: TopQuery, trouble?: PageQuery['trouble']): Promise<TopAnswer> {
    await this.#refreshed;
    const crossing = { ...asked, query: [...asked.query], id: this.#id, trouble };
    return withinLimit(this.#page.evaluate((page, given) => page.top(given), crossing));
  }

  refresh(changed: Parameters<Scorer['refresh']>[0]): void {
    const asked = { id: this.#id, table: toBytes(this.#table), changed };
    this.#refreshed = withinLimit(this.#page.evaluate((page, given) => page.refresh(given), asked));
  }

  /** Waits until a lost device has been replaced, or could not be. @returns What answers from then on. */
  async triedAgain(): Promise<ScorerKind> {
    await withinLimit(this.#page.evaluate((page, id) => page.triedAgain(id), this.#id));
    return withinLimit(this.#page.evaluate((page, id) => page.kind(id), this.#id));
  }

  dispose(): void {
    void this.#page.evaluate((page, id) => page.dispose(id), this.#id).catch(() => {}); // the page may be closed
  }
}

function toBytes(table: ScoringTable): TableBytes {
  const base64 = (name: (typeof TABLE_ARRAYS)[number]): string => {
    const { buffer, byteOffset, byteLength } = table[name];
    return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  };
  return {
    numItems: table.numItems,
    dim: table.dim,
    values: base64('values'),
    scales: base64('scales'),
    popularity: base64('popularity'),
    lifts: base64('lifts'),
  };
}
