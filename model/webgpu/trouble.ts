import { GpuLostError } from './gpu-lost-error.ts';

/**
 * Rejects with a {@link GpuLostError} when a device is lost or reports an error that nobody waits for; never
 * resolves. An error so heard is not printed on the page's console.
 */
export function watchForTrouble(device: GPUDevice): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  void device.lost.then(({ message }) => reject(new GpuLostError(`expected the GPU to stay, got "${message}"`)));
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    reject(new GpuLostError(`expected the GPU to work, got "${event.error.message}"`));
  });
  promise.catch(() => {}); // trouble may come while nothing is asked
  return promise;
}

const ERROR_SCOPES = ['validation', 'out-of-memory', 'internal'] as const;

/**
 * Runs `build` and waits until the device has done what it asked for.
 *
 * @throws {Error} With the device's words if it reports an error, such as too little memory.
 */
export async function withoutErrors<T>(device: GPUDevice, build: () => Promise<T>): Promise<T> {
  for (const scope of ERROR_SCOPES) device.pushErrorScope(scope);
  const built = await build();
  for (const error of await Promise.all(ERROR_SCOPES.map(() => device.popErrorScope()))) {
    if (error) throw new Error(`expected the GPU to take table and shader, got "${error.message}"`);
  }
  return built;
}
