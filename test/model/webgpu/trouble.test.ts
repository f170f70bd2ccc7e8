import { expect, test } from 'vitest';
import { GpuLostError } from '#model/webgpu/gpu-lost-error.ts';
import { watchForTrouble, withoutErrors } from '#model/webgpu/trouble.ts';

/** A device whose errors a test reports: to the innermost scope that is open, as a browser does. */
class FakeDevice extends EventTarget {
  readonly #lost = Promise.withResolvers<{ message: string }>();
  readonly lost = this.#lost.promise;
  readonly #scopes: { filter: string; error: { message: string } | null }[] = [];

  pushErrorScope(filter: string): void {
    this.#scopes.push({ filter, error: null });
  }

  async popErrorScope(): Promise<{ message: string } | null> {
    return this.#scopes.pop()?.error ?? null;
  }

  report(filter: string, message: string): Event {
    const event = Object.assign(new Event('uncapturederror', { cancelable: true }), { error: { message } });
    const scope = this.#scopes.findLast((open) => open.filter === filter);
    if (scope) scope.error = { message };
    else this.dispatchEvent(event);
    return event;
  }

  lose(message: string): void {
    this.#lost.resolve({ message });
  }
}

function fakeDevice(): { fake: FakeDevice; device: GPUDevice } {
  const fake = new FakeDevice();
  return { fake, device: fake as unknown as GPUDevice };
}

test.each(['validation', 'out-of-memory', 'internal'])('building fails on an error of the kind %s', async (filter) => {
  const { fake, device } = fakeDevice();
  const built = withoutErrors(device, async () => fake.report(filter, 'no 64 MB left'));
  await expect(built).rejects.toThrow('expected the GPU to take table and shader, got "no 64 MB left"');
});

test('building without an error gives what was built, and leaves no scope open', async () => {
  const { fake, device } = fakeDevice();
  expect(await withoutErrors(device, async () => 'buffers')).toBe('buffers');
  const trouble = watchForTrouble(device);
  fake.report('validation', 'buffer is destroyed');
  await expect(trouble).rejects.toThrow('buffer is destroyed');
});

test('a lost device is trouble, in its own words', async () => {
  const { fake, device } = fakeDevice();
  const trouble = watchForTrouble(device);
  fake.lose('unplugged');
  await expect(trouble).rejects.toThrow(new GpuLostError('expected the GPU to stay, got "unplugged"'));
});

test('an error that nobody waits for is trouble, and kept from the console', async () => {
  const { fake, device } = fakeDevice();
  const trouble = watchForTrouble(device);
  const event = fake.report('out-of-memory', 'no 16 kB left');
  await expect(trouble).rejects.toThrow(GpuLostError);
  expect(event.defaultPrevented).toBe(true);
});
