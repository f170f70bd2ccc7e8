import type { Scorer, ScorerKind } from '#model/scorer.ts';
import { createWebGpuScorer } from '#model/webgpu-scorer.ts';

/** What the page of `gpu-page.ts` can do; everything crosses as JSON. */
export interface ScorerPage {
  hasAdapter(): Promise<boolean>;
  create(table: {
    readonly numItems: number;
    readonly dim: number;
    readonly scales: readonly number[];
    readonly values: readonly number[];
  }): Promise<ScorerKind>;
  score(asked: { readonly query: readonly number[]; readonly outLength: number }): Promise<number[]>;
}

let scorer: Scorer | undefined;

const scorerPage: ScorerPage = {
  async hasAdapter() {
    return (await navigator.gpu?.requestAdapter()) != null;
  },
  async create({ numItems, dim, scales, values }) {
    scorer?.dispose();
    scorer = undefined;
    scorer = await createWebGpuScorer({
      numItems,
      dim,
      scales: Float32Array.from(scales),
      values: Int8Array.from(values),
    });
    return scorer.kind;
  },
  async score({ query, outLength }) {
    const out = new Float32Array(outLength);
    await scorer?.score(Float32Array.from(query), out);
    return [...out];
  },
};

Object.assign(globalThis, { scorerPage });
