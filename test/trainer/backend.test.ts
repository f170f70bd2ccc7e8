import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

/** A software adapter that comes with Debian's Chromium. */
const SOFTWARE_ADAPTER = '/usr/lib/chromium/vk_swiftshader_icd.json';

interface Steps {
  readonly name: string;
  readonly losses: readonly number[];
}

/** `undefined` if there is no such backend here; anything else that goes wrong is an error. */
function stepsOn(backend: string): Promise<Steps | undefined> {
  const env = { ...process.env, VITRINE_BACKEND: backend, VK_ICD_FILENAMES: SOFTWARE_ADAPTER };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['test/trainer/backend-steps.ts'], { env, timeout: 90_000 }, (error, output, errors) => {
      if (!error) resolve(JSON.parse(output.trim().split('\n').at(-1) as string));
      else if (errors.includes('because VITRINE_BACKEND=webgpu')) resolve(undefined);
      else reject(error);
    });
  });
}

test('training on WebGPU through Dawn takes the same steps as on WebAssembly', async ({ skip }) => {
  const wasm = await stepsOn('wasm');
  expect(wasm?.name).toBe('wasm');
  expect(wasm?.losses.at(-1)).toBeLessThan(0.75 * (wasm?.losses[0] as number));
  const webgpu = existsSync(SOFTWARE_ADAPTER) ? await stepsOn('webgpu') : undefined;
  if (!webgpu) {
    console.log('Skipped: training on WebGPU, since no adapter started (Debian: packages chromium and libvulkan1).');
    return skip();
  }
  expect(webgpu.name).toBe('webgpu');
  expect(webgpu.losses).toEqual(wasm?.losses.map((loss) => expect.closeTo(loss, 3)));
}, 200_000);

test('a backend that there is not is refused by name', async () => {
  await expect(stepsOn('cpu')).rejects.toThrow('expected VITRINE_BACKEND to be wasm or webgpu, or not set, got "cpu"');
});
