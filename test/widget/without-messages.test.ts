import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltScript, buildWidget } from '#widget/build.ts';

let outDir: string;
let scripts: readonly BuiltScript[];
beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'vitrine-messages-'));
  scripts = await buildWidget(outDir);
});
afterAll(() => rm(outDir, { recursive: true, force: true }));

function textOf(name: string): string {
  const script = scripts.find(({ path }) => path.startsWith(`widget/${name}.`));
  if (!script) throw new RangeError(`expected a script ${name}`);
  return script.bytes.toString();
}

describe('what shops load', () => {
  test('holds no text of an error', () => {
    for (const { path, bytes } of scripts) {
      const texts = bytes.toString().match(/["'`]expected [^"'`]*/g) ?? [];
      expect(texts, path).toEqual([]);
    }
  });

  test.each([
    ['main', ['edge-unreachable', 'manifest-older-than-seen', 'tag-twice', 'worker-forbidden', 'bad-quota']],
    ['worker', ['digest-mismatch', 'edge-refused', 'catalog-invalid', 'shard-invalid', 'engine-stopped']],
    ['learner', ['digest-mismatch', 'task-invalid']],
  ])('still names codes: %s', (name, codes) => {
    const text = textOf(name);
    for (const code of codes) expect(text).toContain(code);
  });
});
