import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { createJsScorer } from '#model/js-scorer.ts';
import type { ScoredRows, Scorer, ScorerKind, TopQuery } from '#model/scorer.ts';
import { GpuLostError } from '#model/webgpu/gpu-lost-error.ts';
import { seededRandom } from '#trainer/seeded-random.ts';
import { createRecoveringScorer } from '#widget/recovering-scorer.ts';
import { GpuPage } from '../model/gpu-page.ts';
import { spread } from '../model/random-model.ts';
import { randomTable } from '../model/scorer-contract.ts';

const ASKED: TopQuery = { query: Float32Array.of(0.3, 2), popularityWeight: 0.4, count: 5 };

/** Answers with a row that says which scorer it was. */
class FakeScorer implements Scorer {
  readonly heard: unknown[] = [];
  isDisposed = false;
  failure: Error | undefined;
  readonly kind: ScorerKind;
  readonly #row: number;

  constructor(kind: ScorerKind, row: number) {
    this.kind = kind;
    this.#row = row;
  }

  async top(): Promise<ScoredRows> {
    if (this.failure) throw this.failure;
    return { rows: Uint32Array.of(this.#row), scores: Float32Array.of(0.5) };
  }

  refresh(changed: unknown): void {
    this.heard.push(changed);
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

/** A recovering scorer whose second GPU scorer is made when the test says so. */
function setUp() {
  const [gpu, secondGpu, fallback] = [
    new FakeScorer('webgpu', 11),
    new FakeScorer('webgpu', 22),
    new FakeScorer('simd', 33),
  ];
  const made: PromiseWithResolvers<Scorer>[] = [];
  const createAgain = (): Promise<Scorer> => {
    const next = Promise.withResolvers<Scorer>();
    made.push(next);
    return next.promise;
  };
  const scorer = createRecoveringScorer({ gpu, createAgain, fallback });
  return { gpu, secondGpu, fallback, made, scorer, rowOf: async () => (await scorer.top(ASKED)).rows[0] };
}

/** The first GPU scorer is lost and the second one has taken over. */
async function setUpRecovered() {
  const parts = setUp();
  parts.gpu.failure = new GpuLostError('expected the GPU to stay, got "unplugged"');
  await parts.rowOf();
  parts.made[0]?.resolve(parts.secondGpu);
  await Promise.resolve();
  return parts;
}

test('asks the GPU while it is there', async () => {
  const { scorer, rowOf, made } = setUp();
  expect(scorer.kind).toBe('webgpu');
  expect(await rowOf()).toBe(11);
  expect(made).toHaveLength(0);
});

test('answers the very query during which the GPU is lost, and those after it, by the fallback', async () => {
  const { gpu, scorer, rowOf } = setUp();
  gpu.failure = new GpuLostError('expected the GPU to stay, got "unplugged"');
  expect(await rowOf()).toBe(33);
  expect(await rowOf()).toBe(33);
  expect(scorer.kind).toBe('simd');
  expect(gpu.isDisposed).toBe(true);
});

test('goes back to the GPU once another scorer is made there', async () => {
  const { scorer, rowOf, made } = await setUpRecovered();
  expect(await rowOf()).toBe(22);
  expect(scorer.kind).toBe('webgpu');
  expect(made).toHaveLength(1);
});

test('stays with the fallback for good after the second loss', async () => {
  const { secondGpu, scorer, rowOf, made } = await setUpRecovered();
  secondGpu.failure = new GpuLostError('expected the GPU to stay, got "asleep"');
  expect(await rowOf()).toBe(33);
  expect(await rowOf()).toBe(33);
  expect(scorer.kind).toBe('simd');
  expect(made).toHaveLength(1);
  expect(secondGpu.isDisposed).toBe(true);
});

test('stays with the fallback for good if no other scorer can be made', async () => {
  const { gpu, made, rowOf } = setUp();
  gpu.failure = new GpuLostError('expected the GPU to stay, got "unplugged"');
  await rowOf();
  made[0]?.reject(new Error('expected a WebGPU adapter, got none'));
  expect(await rowOf()).toBe(33);
  expect(made).toHaveLength(1);
});

test('counts queries that fail together as one loss', async () => {
  const { gpu, secondGpu, made, scorer, rowOf } = setUp();
  gpu.failure = new GpuLostError('expected the GPU to stay, got "unplugged"');
  const answers = await Promise.all([scorer.top(ASKED), scorer.top(ASKED)]);
  expect(answers.map(({ rows }) => rows[0])).toEqual([33, 33]);
  made[0]?.resolve(secondGpu);
  await Promise.resolve();
  expect(await rowOf()).toBe(22);
  expect(made).toHaveLength(1);
});

test('another error than a loss is the caller’s, and changes nothing', async () => {
  const { gpu, scorer, rowOf } = setUp();
  gpu.failure = new RangeError('expected count to be at least 0, got -1');
  await expect(scorer.top(ASKED)).rejects.toThrow('got -1');
  gpu.failure = undefined;
  expect(await rowOf()).toBe(11);
});

test('tells the new GPU scorer what changed while it was made', async () => {
  const { gpu, secondGpu, fallback, made, scorer, rowOf } = setUp();
  scorer.refresh('lifts');
  gpu.failure = new GpuLostError('expected the GPU to stay, got "unplugged"');
  await rowOf();
  scorer.refresh({ firstRow: 40, numRows: 7 });
  made[0]?.resolve(secondGpu);
  await Promise.resolve();
  scorer.refresh('lifts');
  expect(gpu.heard).toEqual(['lifts']);
  expect(secondGpu.heard).toEqual([{ firstRow: 40, numRows: 7 }, 'lifts']);
  expect(fallback.heard).toEqual(['lifts', { firstRow: 40, numRows: 7 }, 'lifts']);
});

test('disposes of all it holds, and of a scorer that is made too late', async () => {
  const { gpu, secondGpu, fallback, made, scorer, rowOf } = setUp();
  gpu.failure = new GpuLostError('expected the GPU to stay, got "unplugged"');
  await rowOf();
  scorer.dispose();
  made[0]?.resolve(secondGpu);
  await Promise.resolve();
  expect([gpu, secondGpu, fallback].map(({ isDisposed }) => isDisposed)).toEqual([true, true, true]);
});

const page = await GpuPage.open();
afterAll(() => page?.close());
if (!page) process.stdout.write('no WebGPU adapter in the browser: the loss of a real device is not tested\n');

describe.skipIf(!page)('in a browser', () => {
  test.each(['lost', 'error'] as const)(
    'every query is answered right through two devices that end by: %s',
    async (trouble) => {
      const table = randomTable(9000, 64, seededRandom(560));
      const scorer = await (page as GpuPage).createScorer(table, { isRecovering: true });
      onTestFinished(() => scorer.dispose());
      const asked = { query: spread(64, 1.5, seededRandom(561)), popularityWeight: 0.8, count: 20 };
      const best = await createJsScorer(table).top(asked);
      const right = { kind: 'answered', rows: [...best.rows], scores: [...best.scores] };

      expect(await scorer.ask(asked, trouble)).toEqual(right);
      expect(await scorer.ask(asked)).toEqual(right); // notices an error at the latest
      expect(await scorer.triedAgain()).toBe('webgpu');
      expect(await scorer.ask(asked)).toEqual(right);

      expect(await scorer.ask(asked, trouble)).toEqual(right);
      expect(await scorer.ask(asked)).toEqual(right);
      expect(await scorer.triedAgain()).toBe('js');
      expect(page?.printed).toEqual([]);
    },
  );
});
