import { createJsScorer } from '#model/js-scorer.ts';
import type { Scorer, ScorerKind, TopQuery } from '#model/scorer.ts';
import { createScoringTable, type ScoringTable } from '#model/scoring-table.ts';
import { type GpuDevice, openGpuDevice } from '#model/webgpu/gpu-device.ts';
import { createWebGpuScorer } from '#model/webgpu-scorer.ts';
import { createRecoveringScorer } from '#widget/recovering-scorer.ts';

/** What the page of `gpu-page.ts` can do. */
export interface ScorerPage {
  /** What the adapter has; `undefined` if there is none. */
  features(): Promise<GpuFeatures | undefined>;
  /** @returns The number that names the scorer. */
  create(asked: { readonly table: TableBytes; readonly how: HowToScore }): Promise<number>;
  kind(id: number): ScorerKind;
  top(asked: PageQuery & { readonly id: number }): Promise<TopAnswer>;
  refresh(asked: { readonly id: number; readonly table: TableBytes; readonly changed: Changed }): void;
  /** When a recovering scorer has made another one, or failed to. */
  triedAgain(id: number): Promise<void>;
  dispose(id: number): void;
}

export type GpuFeatures = Pick<GpuDevice, 'hasPackedDot' | 'hasSubgroups'>;
export type Changed = Parameters<Scorer['refresh']>[0];

export interface HowToScore {
  /** Not to be used, although the adapter has it. */
  readonly without: readonly (keyof GpuFeatures)[];
  /** Whether plain JavaScript stands behind it. */
  readonly isRecovering: boolean;
}

export interface PageQuery extends Omit<TopQuery, 'query'> {
  readonly query: readonly number[];
  /** What befalls the device once the question is on its way: it goes, or reports an error. */
  readonly trouble?: 'lost' | 'error' | undefined;
}

export type TopAnswer =
  | { readonly kind: 'answered'; readonly rows: readonly number[]; readonly scores: readonly number[] }
  | { readonly kind: 'rejected'; readonly name: string; readonly message: string };

/** A table's arrays in base64. */
export interface TableBytes extends Readonly<Record<(typeof TABLE_ARRAYS)[number], string>> {
  readonly numItems: number;
  readonly dim: number;
}

export const TABLE_ARRAYS = ['values', 'scales', 'popularity', 'lifts'] as const;

interface Opened {
  readonly table: ScoringTable;
  readonly scorer: Scorer;
  readonly devices: GPUDevice[];
  readonly triedAgain: Promise<void>;
}

const opened = new Map<number, Opened>();

const scorerPage: ScorerPage = {
  async features() {
    if (!(await navigator.gpu?.requestAdapter())) return undefined;
    const { device, hasPackedDot, hasSubgroups } = await openGpuDevice(navigator.gpu, { numItems: 1, dim: 4 });
    device.destroy();
    return { hasPackedDot, hasSubgroups };
  },

  async create({ table: bytes, how }) {
    const table = createScoringTable(bytes.numItems, bytes.dim);
    fill(table, bytes);
    const devices: GPUDevice[] = [];
    const create = async (): Promise<Scorer> => {
      const gpu = await openGpuDevice(navigator.gpu, table);
      devices.push(gpu.device);
      const left = Object.fromEntries(how.without.map((feature) => [feature, false]));
      return createWebGpuScorer(table, { ...gpu, ...left });
    };
    const { promise: triedAgain, resolve } = Promise.withResolvers<void>();
    const gpu = await create();
    const scorer = how.isRecovering
      ? createRecoveringScorer({
          gpu,
          createAgain: () => create().finally(resolve),
          fallback: createJsScorer(table),
        })
      : gpu;
    const id = opened.size;
    opened.set(id, { table, scorer, devices, triedAgain });
    return id;
  },

  kind: (id) => find(id).scorer.kind,

  async top({ id, query, popularityWeight, count, trouble }) {
    const { scorer, devices } = find(id);
    const answer = scorer.top({ query: Float32Array.from(query), popularityWeight, count });
    if (trouble === 'lost') devices.at(-1)?.destroy();
    if (trouble === 'error') devices.at(-1)?.createBuffer({ size: 16, usage: 0 }); // there is no use for such a buffer
    try {
      const { rows, scores } = await answer;
      return { kind: 'answered', rows: [...rows], scores: [...scores] };
    } catch (error) {
      const { name, message } = error as Error;
      return { kind: 'rejected', name, message };
    }
  },

  refresh({ id, table: bytes, changed }) {
    const { table, scorer } = find(id);
    fill(table, bytes);
    scorer.refresh(changed);
  },

  triedAgain: (id) => find(id).triedAgain,

  dispose: (id) => find(id).scorer.dispose(),
};

function find(id: number): Opened {
  return opened.get(id) as Opened;
}

function fill(table: ScoringTable, bytes: TableBytes): void {
  for (const name of TABLE_ARRAYS) {
    const { buffer, byteOffset, byteLength } = table[name];
    const from = Uint8Array.from(atob(bytes[name]), (character) => character.charCodeAt(0));
    new Uint8Array(buffer, byteOffset, byteLength).set(from);
  }
}

Object.assign(globalThis, { scorerPage });
