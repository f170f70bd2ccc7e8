import { PRIO3_SHARD_KERNEL } from '#generated/prio3-shard-kernel.ts';

/**
 * Compiles the kernel that splits measurements.
 *
 * @throws {Error} Where WebAssembly is missing or a Content-Security-Policy forbids it.
 */
export function compileShardModule(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(Uint8Array.from(PRIO3_SHARD_KERNEL, (character) => character.charCodeAt(0) - 43));
}
